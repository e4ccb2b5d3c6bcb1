"""Cancelling bookings and shows, which is idempotent.

Only seats whose ticket is voided by the same statement are freed, so never somebody else's.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from bookings.models import Booking, BookingStatus
from bookings.tasks import mail_booking_cancelled, mail_show_cancelled
from core.failures import Failure, NotFound
from core.jobs import queue
from core.postgres.clock import StatementTime
from core.postgres.rows import rows_of
from shows.models import Show, ShowStatus
from shows.scheduling import AlreadyCancelled
from shows.seats import AVAILABLE, PRICE, release_holds
from theaters.policy import Action, may_sql
from users.models import User


class TooLate(Failure):
    """The time until which this can be cancelled has passed."""

    code = "too_late"
    title = "It is too late to cancel"
    remedy = "Ask the theater."


HAS_ENDED = ExpressionWrapper(Q(ends_at__lte=StatementTime()), output_field=BooleanField())
# `Booking.visible_to` in SQL.
LOCK_SHOW_OF_BOOKING = f"""
SELECT booking.id, booking.status,
       show.starts_at > statement_timestamp() + CASE WHEN sells.it THEN interval '0'
                                                     ELSE %(notice)s END
FROM bookings_booking booking
JOIN shows_show show ON show.id = booking.show_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN users_user account ON account.id = %(user)s
CROSS JOIN LATERAL (
  SELECT {may_sql(Action.SELL, account="account", theater="screen.theater_id")}
) sells (it)
WHERE booking.reference = %(reference)s AND (booking.user_id = account.id OR sells.it)
FOR KEY SHARE OF show
"""  # noqa: S608
# The ids are a query of their own for the reason given at `shows.holding.HOLD_EXACTLY`.
CANCEL = f"""
WITH cancelled AS (
  UPDATE bookings_booking SET status = 'cancelled', cancelled_at = statement_timestamp()
  WHERE id = ANY((SELECT %s::bigint[])::bigint[]) AND status = 'confirmed' RETURNING id
), voided AS (
  UPDATE bookings_ticket ticket SET status = 'void' FROM cancelled
  WHERE ticket.booking_id = cancelled.id AND ticket.status = 'valid' RETURNING ticket.seat_id
), locked AS MATERIALIZED (
  SELECT seat.id FROM shows_seat seat WHERE seat.id IN (SELECT seat_id FROM voided)
  ORDER BY seat.id FOR UPDATE
), freed AS (
  UPDATE shows_seat seat SET {AVAILABLE}, price = {PRICE}
  FROM locked, shows_show show WHERE seat.id = locked.id AND show.id = seat.show_id
)
SELECT id FROM cancelled
"""  # noqa: S608


@transaction.atomic(savepoint=False)
def cancel_booking(*, user: User, reference: str) -> int:
    """Cancels the whole booking, frees its seats at once and returns its id.

    The customer may do so until CANCEL_UNTIL before the start, those who may sell for the theater
    until the start. Raises NotFound, AlreadyCancelled or TooLate.
    """
    values = {"reference": reference, "user": user.pk, "notice": settings.CANCEL_UNTIL}
    found = rows_of(LOCK_SHOW_OF_BOOKING, values)
    if not found:
        raise NotFound
    ((booking_id, status, in_time),) = found
    if status == BookingStatus.CANCELLED:
        raise AlreadyCancelled
    if not in_time:
        raise TooLate
    if not rows_of(CANCEL, [[booking_id]]):
        raise AlreadyCancelled
    queue.defer(mail_booking_cancelled, booking_id=booking_id)
    return int(booking_id)


@transaction.atomic
def cancel_show(*, user: User, show_id: int, reason: str) -> None:
    """Cancels a show that has not ended, with all its live bookings, whose customers are mailed.

    The show is locked first and its bookings are read in a later statement: a concurrent booking
    has either been committed by then and is seen, or will see the show cancelled. All seats are
    locked by id before any is freed, because a customer who is holding may have locked some.
    Raises NotFound, AlreadyCancelled or TooLate.
    """
    status, has_ended = _lock_show(user, show_id)
    if status == ShowStatus.CANCELLED:
        raise AlreadyCancelled
    if has_ended:
        raise TooLate
    Show.objects.filter(pk=show_id).update(
        status=ShowStatus.CANCELLED, cancel_reason=reason, cancelled_at=StatementTime()
    )
    live = _lock_live_bookings(show_id)
    release_holds(show=show_id)
    cancelled = [booking_id for (booking_id,) in rows_of(CANCEL, [live])]
    queue.defer_each(mail_show_cancelled, [{"booking_id": booking_id} for booking_id in cancelled])


def _lock_show(user: User, show_id: int) -> tuple[str, bool]:
    found: tuple[str, bool] | None = (
        Show.objects.where_may(user, Action.SCHEDULE)
        .filter(pk=show_id)
        .select_for_update(of=("self",))
        .values_list("status", HAS_ENDED)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _lock_live_bookings(show_id: int) -> list[int]:
    """Locks the live bookings of a locked show and returns their ids."""
    live = Booking.objects.live().filter(show=show_id).order_by("pk").select_for_update()
    return list(live.values_list("pk", flat=True))
