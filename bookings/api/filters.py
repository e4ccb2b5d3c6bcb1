"""The filters of lists of bookings."""

from rest_framework.request import Request

from bookings.models import BookingQuerySet, BookingStatus
from core.http.filters import FLAG, Filter, one_of


def upcoming(bookings: BookingQuerySet, is_upcoming: bool, _: Request) -> BookingQuerySet:
    return bookings.to_come() if is_upcoming else bookings.over()


FILTERS = {
    "status": Filter(
        one_of(BookingStatus.values), "Bookings of all states when left out.", code="invalid_choice"
    ),
    "upcoming": Filter(
        FLAG,
        "`true`: confirmed, and the show has not started; `false`: all others.",
        upcoming,
        code="invalid_choice",
    ),
}
