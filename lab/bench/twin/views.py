"""The views, with one transaction each, in which rows are locked and saved one by one."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lab.bench.twin.models import Booking, IdempotencyRecord, Seat, Show, Ticket
from lab.bench.twin.serializers import (
    BookingSerializer,
    BookSerializer,
    LabelsSerializer,
    SeatMapSerializer,
    SeatSerializer,
    ShowSerializer,
)
from lab.bench.twin.tasks import mail_booking


class ShowList(generics.ListAPIView[Show]):
    serializer_class = ShowSerializer

    def get_queryset(self) -> Any:
        shows = Show.objects.select_related("movie", "screen__theater").filter(
            status="scheduled", starts_at__gt=timezone.now()
        )
        if city := self.request.query_params.get("city"):
            shows = shows.filter(screen__theater__city=city)
        if date := self.request.query_params.get("date"):
            shows = shows.filter(starts_at__date=date)
        return shows


class SeatMap(generics.RetrieveAPIView[Show]):
    queryset = Show.objects.select_related("screen__theater").prefetch_related("seats")
    serializer_class = SeatMapSerializer


def lock_user(request: Request) -> User:
    return User.objects.select_for_update().get(pk=request.user.pk)


def free_seats(show: Show, labels: list[str], user: User) -> list[Seat]:
    seats = list(show.seats.select_for_update().filter(label__in=labels).order_by("id"))
    if len(seats) < len(labels):
        raise ValidationError("unknown seats")
    for seat in seats:
        is_held = seat.status == "selected" and seat.held_until > timezone.now()
        if seat.status == "booked" or (is_held and seat.held_by_id != user.pk):
            raise ValidationError("seats unavailable")
    return seats


class Hold(APIView):
    def put(self, request: Request, pk: int) -> Response:
        serializer = LabelsSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            user = lock_user(request)
            show = get_object_or_404(Show, pk=pk, status="scheduled")
            self.release(show, user)
            seats = free_seats(show, serializer.validated_data["seats"], user)
            for seat in seats:
                seat.status = "selected"
                seat.held_by = user
                seat.held_until = timezone.now() + timedelta(minutes=8)
                seat.save()
        return Response({"show": pk, "seats": SeatSerializer(seats, many=True).data})

    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            user = lock_user(request)
            self.release(get_object_or_404(Show, pk=pk), user)
        return Response(status=204)

    def release(self, show: Show, user: User) -> None:
        for seat in show.seats.select_for_update().filter(held_by=user, status="selected"):
            seat.status = "available"
            seat.held_by = None
            seat.held_until = None
            seat.save()


class Bookings(APIView):
    def post(self, request: Request) -> Response:
        serializer = BookSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            user = lock_user(request)
            record, is_new = IdempotencyRecord.objects.get_or_create(
                user=user, key=request.headers["Idempotency-Key"]
            )
            if not is_new:
                return Response(record.body, status=record.status)
            booking = self.book(user, **serializer.validated_data)
            record.status = 201
            record.body = BookingSerializer(booking).data
            record.save()
            mail_booking.defer(booking_id=booking.pk)
        return Response(record.body, status=201)

    def book(self, user: User, show: Show, seats: list[str]) -> Booking:
        chosen = free_seats(show, seats, user)
        booking = Booking.objects.create(
            reference=secrets.token_hex(5),
            user=user,
            show=show,
            total=sum(seat.price for seat in chosen),
        )
        for seat in chosen:
            Ticket.objects.create(
                booking=booking, seat=seat, code=secrets.token_hex(16), price=seat.price
            )
            seat.status = "booked"
            seat.held_by = None
            seat.held_until = None
            seat.save()
        return booking


class CancelBooking(APIView):
    def post(self, request: Request, reference: str) -> Response:
        with transaction.atomic():
            booking = get_object_or_404(
                Booking.objects.select_for_update(), reference=reference, user=request.user
            )
            if booking.status == "cancelled":
                raise ValidationError("already cancelled")
            booking.status = "cancelled"
            booking.save()
            for ticket in booking.tickets.select_related("seat"):
                ticket.status = "void"
                ticket.save()
                ticket.seat.status = "available"
                ticket.seat.save()
            mail_booking.defer(booking_id=booking.pk)
        return Response(BookingSerializer(booking).data)
