"""How lists of bookings can be narrowed."""

from rest_framework.request import Request

from bookings.models import BookingQuerySet, BookingStatus
from core.http.filters import FLAG, Filter, one_of
from core.postgres.clock import StatementTime


def by_start(bookings: BookingQuerySet, is_to_come: bool, _: Request) -> BookingQuerySet:
    to_come = {"show__starts_at__gt": StatementTime()}
    return bookings.filter(**to_come) if is_to_come else bookings.exclude(**to_come)


FILTERS = {
    "status": Filter(
        one_of(BookingStatus.values), "Bookings of all states when left out.", code="invalid_choice"
    ),
    "upcoming": Filter(FLAG, "Whether the show is still to come.", by_start, code="invalid_choice"),
}
