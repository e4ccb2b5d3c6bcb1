"""Cancelling shows, with all their bookings, and what that gives back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from bookings.cancelling import RefundChanged, cancel_tickets
from bookings.models import Booking, BookingStatus
from bookings.owing import settle
from bookings.refund_policy import Terms, TooLate
from bookings.tasks import mail_show_cancelled
from core.failures import NotFound
from core.jobs import queue
from core.postgres.clock import StatementTime
from core.postgres.documents import Document, integer, money
from core.postgres.rows import rows_of
from shows.documents import CURRENCY
from shows.models import Show, ShowStatus
from shows.scheduling import AlreadyCancelled
from shows.seats import release_holds
from theaters.currencies import digits_of
from theaters.policy import Action
from users.models import User

MAY_BE_CANCELLED_FOR = timedelta(days=14)
IS_OVER = ExpressionWrapper(
    Q(ends_at__lte=StatementTime() - MAY_BE_CANCELLED_FOR), output_field=BooleanField()
)


# What paid bookings have paid for tickets that are valid.
WORTH_OF_SHOW = """
SELECT count(DISTINCT booking.id), count(ticket.id),
       coalesce(sum(price - discount + fee) FILTER (WHERE booking.paid_at IS NOT NULL
                                                    AND ticket.status = 'valid'), 0)
FROM bookings_booking booking
JOIN bookings_ticket ticket ON ticket.booking_id = booking.id AND ticket.status <> 'void'
WHERE booking.show_id = %(show)s
  AND (booking.status = 'confirmed' AND ticket.status = 'valid'
       OR booking.status = 'pending' AND booking.pay_until > statement_timestamp())
"""
SHOW_QUOTE = Document(
    "CancelledShowQuote",
    {
        "bookings": integer(example=50),
        "tickets": integer(example=100),
        "refund": money(example="1250.00", digits=8),
        "currency": CURRENCY,
    },
)


def quote_show(*, user: User, show_id: int) -> dict[str, Any]:
    """Returns what `cancel_show` would do now, as SHOW_QUOTE describes it. Raises NotFound."""
    shows = Show.objects.where_may(user, Action.SCHEDULE).filter(pk=show_id)
    currency = shows.values_list("screen__theater__currency", flat=True).first()
    if currency is None:
        raise NotFound
    ((bookings, tickets, refund),) = rows_of(WORTH_OF_SHOW, {"show": show_id})
    return {
        "bookings": bookings,
        "tickets": tickets,
        "refund": f"{refund:.2f}",
        "currency": currency,
    }


@transaction.atomic
def cancel_show(*, user: User, show_id: int, reason: str, refund: Decimal | None = None) -> None:
    """Cancels a show until 14 days after its end, with all its live bookings: their customers are
    mailed, and everything that was paid comes back, fees and used tickets included.

    The show is locked first and its bookings are read in a later statement: a concurrent booking
    has either been committed by then and is seen, or will see the show cancelled. All seats are
    locked by id before any is freed, because a customer who is holding may have locked some.
    `refund` is what the caller expects to give back. Raises NotFound, AlreadyCancelled, TooLate or
    RefundChanged.
    """
    status, is_over, currency = _lock_show(user, show_id)
    if status == ShowStatus.CANCELLED:
        raise AlreadyCancelled
    if is_over:
        raise TooLate
    Show.objects.filter(pk=show_id).update(
        status=ShowStatus.CANCELLED, cancel_reason=reason, cancelled_at=StatementTime()
    )
    live = _lock_unfinished_bookings(show_id)
    if refund is not None:
        ((_, _, worth),) = rows_of(WORTH_OF_SHOW, {"show": show_id})
        if refund != worth:
            raise RefundChanged(refund=f"{worth:.2f}")
    release_holds(show=show_id)
    done = cancel_tickets(
        bookings=live, terms=Terms(100, True), digits=digits_of(currency), used_too=True
    )
    settle(live, "show_cancelled")
    queue.defer_each(mail_show_cancelled, [{"booking_id": each} for each in done.cancelled])


def _lock_show(user: User, show_id: int) -> tuple[str, bool, str]:
    found: tuple[str, bool, str] | None = (
        Show.objects.where_may(user, Action.SCHEDULE)
        .filter(pk=show_id)
        .select_for_update(of=("self",))
        .values_list("status", IS_OVER, "screen__theater__currency")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _lock_unfinished_bookings(show_id: int) -> list[int]:
    """Locks the bookings of a locked show that are confirmed, or pending whatever their deadline,
    and returns their ids. One that has lapsed is told like the others."""
    unfinished = (
        Booking.objects.filter(
            show=show_id, status__in=[BookingStatus.CONFIRMED, BookingStatus.PENDING]
        )
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    return list(unfinished.values_list("pk", flat=True))
