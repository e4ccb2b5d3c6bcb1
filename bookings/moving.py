"""Moving a show that is sold: its customers keep their seats, or give them back for nothing."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from bookings.models import Booking, Ticket
from bookings.tasks import mail_show_moved
from core.failures import NotFound
from core.jobs import queue
from shows.models import Show
from shows.scheduling import move_show
from theaters.policy import Action
from users.models import User

MUCH = timedelta(minutes=30)


class Affected(NamedTuple):
    """Whom moving a show concerns: bookings, their seats, and whether they are told."""

    bookings: int
    seats: int
    is_told: bool


def affected_by_move(*, show: Show, starts_at: datetime) -> Affected:
    """Returns whom moving the show to that time, which has an offset, would concern now."""
    live = Booking.objects.live().filter(show=show.pk)
    seats = Ticket.objects.filter(booking__in=live).exclude(status="void").count()
    return Affected(live.count(), seats, abs(starts_at - show.starts_at) > MUCH)


@transaction.atomic
def move_sold_show(*, user: User, show_id: int, starts_at: datetime, reason: str) -> None:
    """Moves a show. If that is by more than 30 minutes, everybody who has booked it is mailed, with
    the reason, and may cancel until the start and get everything back.

    Raises NotFound and what `move_show` raises.
    """
    show = Show.objects.where_may(user, Action.SCHEDULE).filter(pk=show_id).first()
    if show is None:
        raise NotFound
    if abs(move_show(show=show, starts_at=starts_at)) <= MUCH:
        return
    Show.objects.filter(pk=show_id).update(move_reason=reason)
    live = Booking.objects.live().filter(show=show_id)
    ids = sorted(live.values_list("pk", flat=True))
    Booking.objects.filter(pk__in=ids).update(free_cancellation=True)
    queue.defer_each(mail_show_moved, [{"booking_id": each} for each in ids])
