"""How lists of bookings can be narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from bookings.models import Booking, BookingStatus
from core.http.filters import FlagFilter, OneOfFilter
from core.postgres.clock import StatementTime


class BookingFilter(filters.FilterSet):
    """By status, and by whether the show is still to come."""

    status = OneOfFilter(choices=BookingStatus.choices)
    upcoming = FlagFilter(method="filter_upcoming")

    class Meta:
        model = Booking
        fields = ["status", "upcoming"]

    def filter_upcoming(
        self, bookings: QuerySet[Booking], _name: str, value: bool
    ) -> QuerySet[Booking]:
        to_come = {"show__starts_at__gt": StatementTime()}
        return bookings.filter(**to_come) if value else bookings.exclude(**to_come)
