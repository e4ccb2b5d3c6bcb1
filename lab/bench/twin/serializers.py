"""ModelSerializers, nested like the answers."""

from typing import Any

from rest_framework import serializers

from lab.bench.twin.models import Booking, Movie, Screen, Seat, Show, Theater, Ticket


class MovieSerializer(serializers.ModelSerializer[Movie]):
    class Meta:
        model = Movie
        fields = ["id", "title", "duration_minutes", "certificate"]


class TheaterSerializer(serializers.ModelSerializer[Theater]):
    class Meta:
        model = Theater
        fields = ["id", "name", "city", "timezone"]


class ScreenSerializer(serializers.ModelSerializer[Screen]):
    class Meta:
        model = Screen
        fields = ["id", "name"]


class ShowSerializer(serializers.ModelSerializer[Show]):
    movie = MovieSerializer(read_only=True)
    theater = TheaterSerializer(source="screen.theater", read_only=True)
    screen = ScreenSerializer(read_only=True)
    currency = serializers.CharField(source="screen.theater.currency", read_only=True)
    seats_total = serializers.SerializerMethodField()
    seats_available = serializers.SerializerMethodField()

    class Meta:
        model = Show
        fields = [
            "id",
            "movie",
            "theater",
            "screen",
            "starts_at",
            "ends_at",
            "price",
            "currency",
            "rows",
            "columns",
            "status",
            "seats_total",
            "seats_available",
        ]

    def get_seats_total(self, show: Show) -> int:
        return show.seats.count()

    def get_seats_available(self, show: Show) -> int:
        return show.seats.filter(status="available").count()


class SeatSerializer(serializers.ModelSerializer[Seat]):
    class Meta:
        model = Seat
        fields = ["label", "row", "number", "column", "category", "price", "status"]


class SeatMapSerializer(serializers.ModelSerializer[Show]):
    show = serializers.IntegerField(source="id")
    currency = serializers.CharField(source="screen.theater.currency")
    seats = SeatSerializer(many=True)

    class Meta:
        model = Show
        fields = ["show", "rows", "columns", "currency", "seats"]


class LabelsSerializer(serializers.Serializer[Any]):
    seats = serializers.ListField(child=serializers.CharField(max_length=5), max_length=10)


class BookSerializer(serializers.Serializer[Any]):
    show = serializers.PrimaryKeyRelatedField(queryset=Show.objects.all())
    seats = serializers.ListField(child=serializers.CharField(max_length=5), max_length=10)


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    seat = serializers.CharField(source="seat.label")
    category = serializers.CharField(source="seat.category")

    class Meta:
        model = Ticket
        fields = ["code", "seat", "category", "price", "status"]


class BookingSerializer(serializers.ModelSerializer[Booking]):
    show = ShowSerializer()
    tickets = TicketSerializer(many=True)

    class Meta:
        model = Booking
        fields = ["reference", "status", "show", "tickets", "total", "created_at"]
