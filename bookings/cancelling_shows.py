"""Cancelling shows, with all their bookings, and what that gives back."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from bookings.cancelling import RefundChanged, cancel_tickets
from bookings.models import Booking, BookingStatus
from bookings.owing import settle
from bookings.refund_policy import Terms, TooLate
from bookings.tasks import mail_show_cancelled
from core.failures import Failure, NotFound
from core.jobs import queue
from core.postgres.clock import StatementTime
from core.postgres.documents import Document, integer, money
from core.postgres.rows import execute, rows_of
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
HAS_STARTED = ExpressionWrapper(Q(starts_at__lte=StatementTime()), output_field=BooleanField())


class NotStarted(Failure):
    """Of a show that has not started, everything is given back."""

    code = "not_started"
    title = "The show has not started"
    remedy = "Leave `share` and `vouchers` out: they are for a show that was broken off."


@dataclass(frozen=True, slots=True)
class Relief:
    """What customers get of a show that is cancelled: so many percent of their tickets' prices,
    with the fee if it is all of it, and perhaps a voucher for the rest."""

    share: int = 100
    vouchers: bool = False

    @property
    def terms(self) -> Terms:
        return Terms(self.share, self.share == 100)

    @property
    def is_for_broken_off(self) -> bool:
        return self.share < 100


ALL_BACK = Relief()
# What paid bookings have paid for tickets that are valid, and what of it comes back.
WORTH_OF_SHOW = """
SELECT count(DISTINCT booking.id), count(ticket.id), coalesce(sum(paid.all), 0),
       coalesce(sum(paid.back), 0)
FROM bookings_booking booking
JOIN bookings_ticket ticket ON ticket.booking_id = booking.id AND ticket.status <> 'void'
LEFT JOIN LATERAL (
  SELECT price - discount + fee AS all,
         round((price - discount) * %(share)s / 100, %(digits)s)
         + CASE WHEN %(fee_too)s THEN fee ELSE 0 END AS back
  WHERE booking.paid_at IS NOT NULL AND ticket.status = 'valid'
) paid ON true
WHERE booking.show_id = %(show)s
  AND (booking.status = 'confirmed' AND ticket.status = 'valid'
       OR booking.status = 'pending' AND booking.pay_until > statement_timestamp())
"""
VALID_TICKETS = """
SELECT id FROM bookings_ticket
WHERE booking_id = ANY(%(bookings)s::bigint[]) AND status = 'valid' ORDER BY id
"""
# Each booking gets one of its own, which it can use once, for what its tickets have kept.
GIVE_VOUCHERS = """
WITH kept AS MATERIALIZED (
  SELECT booking_id, sum(kept) AS amount,
         'BACK-' || upper(left(encode(uuid_send(gen_random_uuid()), 'hex'), 12)) AS code
  FROM bookings_ticket WHERE id = ANY(%(tickets)s::bigint[])
  GROUP BY booking_id HAVING sum(kept) > 0
), made AS (
  INSERT INTO pricing_voucher (theater_id, code, kind, value, uses_at_most)
  SELECT %(theater)s, code, 'amount', amount, 1 FROM kept ORDER BY booking_id
  RETURNING id, code
)
UPDATE bookings_booking booking SET given_voucher_id = made.id
FROM made JOIN kept USING (code) WHERE booking.id = kept.booking_id
"""
SHOW_QUOTE = Document(
    "CancelledShowQuote",
    {
        "bookings": integer(example=50),
        "tickets": integer(example=100),
        "refund": money(example="1250.00", digits=8),
        "vouchers": money(
            example="0.00", digits=8, description="What the vouchers would be worth together."
        ),
        "currency": CURRENCY,
    },
)


def quote_show(*, user: User, show_id: int, relief: Relief = ALL_BACK) -> dict[str, Any]:
    """Returns what `cancel_show` would do now, as SHOW_QUOTE describes it. Raises NotFound or
    NotStarted."""
    shows = Show.objects.where_may(user, Action.SCHEDULE).filter(pk=show_id)
    found = shows.values_list("screen__theater__currency", HAS_STARTED).first()
    if found is None:
        raise NotFound
    currency, has_started = found
    if relief.is_for_broken_off and not has_started:
        raise NotStarted
    bookings, tickets, paid, refund = _worth(show_id, relief, currency)
    return {
        "bookings": bookings,
        "tickets": tickets,
        "refund": f"{refund:.2f}",
        "vouchers": f"{paid - refund if relief.vouchers else 0:.2f}",
        "currency": currency,
    }


def _worth(show_id: int, relief: Relief, currency: str) -> tuple[int, int, Decimal, Decimal]:
    """Returns how many bookings and tickets there are, what was paid, and what comes back."""
    terms = {"share": relief.share, "fee_too": relief.terms.with_fee}
    values = {"show": show_id, "digits": digits_of(currency), **terms}
    ((bookings, tickets, paid, back),) = rows_of(WORTH_OF_SHOW, values)
    return bookings, tickets, paid, back


@transaction.atomic
def cancel_show(
    *,
    user: User,
    show_id: int,
    reason: str,
    refund: Decimal | None = None,
    relief: Relief = ALL_BACK,
) -> None:
    """Cancels a show until 14 days after its end, with all its live bookings: their customers are
    mailed, and everything that was paid comes back, fees and used tickets included. Of a show that
    was broken off, `relief` may be less.

    The show is locked first and its bookings are read in a later statement: a concurrent booking
    has either been committed by then and is seen, or will see the show cancelled. All seats are
    locked by id before any is freed, because a customer who is holding may have locked some.
    `refund` is what the caller expects to give back. Raises NotFound, AlreadyCancelled, TooLate,
    NotStarted or RefundChanged.
    """
    show = _lock_show(user, show_id)
    if show.status == ShowStatus.CANCELLED:
        raise AlreadyCancelled
    if show.is_over:
        raise TooLate
    if relief.is_for_broken_off and not show.has_started:
        raise NotStarted
    Show.objects.filter(pk=show_id).update(
        status=ShowStatus.CANCELLED, cancel_reason=reason, cancelled_at=StatementTime()
    )
    live = _lock_unfinished_bookings(show_id)
    if refund is not None and refund != (worth := _worth(show_id, relief, show.currency)[3]):
        raise RefundChanged(refund=f"{worth:.2f}")
    release_holds(show=show_id)
    tickets = _valid_tickets(live) if relief.vouchers else []
    done = cancel_tickets(
        bookings=live, terms=relief.terms, digits=digits_of(show.currency), used_too=True
    )
    if relief.vouchers:
        execute(GIVE_VOUCHERS, {"tickets": tickets, "theater": show.theater_id})
    settle(live, "show_cancelled")
    queue.defer_each(mail_show_cancelled, [{"booking_id": each} for each in done.cancelled])


def _valid_tickets(bookings: list[int]) -> list[int]:
    return [pk for (pk,) in rows_of(VALID_TICKETS, {"bookings": bookings})]


class LockedShow(NamedTuple):
    status: str
    is_over: bool
    has_started: bool
    currency: str
    theater_id: int


def _lock_show(user: User, show_id: int) -> LockedShow:
    found = (
        Show.objects.where_may(user, Action.SCHEDULE)
        .filter(pk=show_id)
        .select_for_update(of=("self",))
        .values_list(
            "status", IS_OVER, HAS_STARTED, "screen__theater__currency", "screen__theater_id"
        )
        .first()
    )
    if found is None:
        raise NotFound
    return LockedShow(*found)


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
