"""Cancelling bookings and shows: cancelling twice is cancelling once.

Only seats whose ticket this very statement made void are freed, so nobody else's ever are.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from bookings.models import Booking, BookingQuerySet, BookingStatus
from bookings.tasks import mail_booking_cancelled, mail_show_cancelled
from core import jobs
from core.clock import StatementTime
from core.errors import Failure, NotFound
from shows.models import Show, ShowStatus
from shows.seating import release_holds
from shows.services import AlreadyCancelled
from users.models import User


class TooLate(Failure):
    """The time until which this can be cancelled has passed."""

    code = "too_late"
    title = "It is too late to cancel"
    remedy = "Ask the theater."


HAS_ENDED = ExpressionWrapper(Q(ends_at__lte=StatementTime()), output_field=BooleanField())
LOCK_SHOW_OF_BOOKING = """
SELECT booking.status, show.starts_at > statement_timestamp() + %s
FROM shows_show show JOIN bookings_booking booking ON booking.show_id = show.id
WHERE booking.id = %s
FOR KEY SHARE OF show
"""
FREE_SEATS = """
WITH voided AS (
  UPDATE bookings_ticket SET status = 'void'
  WHERE booking_id = ANY(%s) AND status = 'valid' RETURNING seat_id
), freed AS MATERIALIZED (
  SELECT seat.id FROM shows_seat seat WHERE seat.id IN (SELECT seat_id FROM voided)
  ORDER BY seat.id FOR UPDATE
)
UPDATE shows_seat seat
SET status = 'available', price = coalesce((show.prices ->> seat.category)::numeric, show.price)
FROM freed, shows_show show WHERE seat.id = freed.id AND show.id = seat.show_id
"""


@transaction.atomic
def cancel_booking(*, user: User, reference: str) -> int:
    """Cancels the whole booking, frees its seats at once and returns its id.

    The customer may until CANCEL_UNTIL before the start, those who run the theater until the
    start. Raises NotFound, AlreadyCancelled, TooLate.
    """
    booking = Booking.objects.visible_to(user).filter(reference=reference).first()
    if booking is None:
        raise NotFound
    is_manager = Booking.objects.managed_by(user).filter(pk=booking.pk).exists()
    notice: Any = timedelta(0) if is_manager else settings.CANCEL_UNTIL
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SHOW_OF_BOOKING, [notice, booking.pk])
        status, in_time = cursor.fetchone()
    if status == BookingStatus.CANCELLED:
        raise AlreadyCancelled
    if not in_time:
        raise TooLate
    if not _cancel(Booking.objects.filter(pk=booking.pk)):
        raise AlreadyCancelled
    jobs.defer(mail_booking_cancelled, booking_id=booking.pk)
    return booking.pk


@transaction.atomic
def cancel_show(*, user: User, show_id: int, reason: str) -> None:
    """Cancels a show that has not ended, with every live booking of it; their holders are mailed.

    The show is locked first and its bookings are read in a later statement: a booking that was
    under way is committed by then and seen, or will see the show cancelled.
    Raises NotFound, AlreadyCancelled, TooLate.
    """
    status, has_ended = _lock_show(user, show_id)
    if status == ShowStatus.CANCELLED:
        raise AlreadyCancelled
    if has_ended:
        raise TooLate
    Show.objects.filter(pk=show_id).update(
        status=ShowStatus.CANCELLED, cancel_reason=reason, cancelled_at=StatementTime()
    )
    cancelled = _cancel(Booking.objects.filter(show=show_id))
    release_holds(show=show_id)
    jobs.defer_each(mail_show_cancelled, [{"booking_id": booking_id} for booking_id in cancelled])


def _lock_show(user: User, show_id: int) -> tuple[str, bool]:
    found: tuple[str, bool] | None = (
        Show.objects.managed_by(user)
        .filter(pk=show_id)
        .select_for_update(of=("self",))
        .values_list("status", HAS_ENDED)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _cancel(bookings: BookingQuerySet) -> list[int]:
    """Cancels those that are live, and returns their ids; a twin that waited finds none."""
    locked = list(bookings.live().order_by("pk").select_for_update().values_list("pk", flat=True))
    Booking.objects.filter(pk__in=locked).update(
        status=BookingStatus.CANCELLED, cancelled_at=StatementTime()
    )
    with connection.cursor() as cursor:
        cursor.execute(FREE_SEATS, [locked])
    return locked
