"""New prices for many shows at once."""

from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from core.failures import NotFound
from core.postgres.rows import execute
from shows.models import Seat, Show
from shows.planning import MOST_SHOWS, TooManyShows
from shows.scheduling import Pricing, price_columns
from shows.seats import IS_SOLD, reprice_seats
from theaters.policy import Action
from users.models import User

# The currency of the prices must not change before they are written.
LOCK_THEATERS = """
SELECT FROM theaters_theater WHERE id IN (
  SELECT screen.theater_id FROM theaters_screen screen
  JOIN shows_show show ON show.screen_id = screen.id WHERE show.id = ANY(%(shows)s::bigint[]))
ORDER BY id FOR KEY SHARE
"""


class Repriced(NamedTuple):
    """How many shows have the new prices, and how many were left as they are: cancelled or begun,
    or sold if only unsold ones were meant."""

    changed: int
    left: int


@transaction.atomic
def reprice_shows(
    *, user: User, shows: Collection[int], pricing: Pricing, only_unsold: bool = False
) -> Repriced:
    """Gives the shows these prices, all of them or none; those that are cancelled or have begun
    stay as they are, and with `only_unsold` those of which anybody has booked a seat.

    Seats that are sold keep the price at which they were sold. Raises NotFound if the user may not
    schedule one of the shows, TooManyShows or NotWhole.
    """
    ids = sorted(set(shows))
    if len(ids) > MOST_SHOWS:
        raise TooManyShows(field="shows")
    mine = Show.objects.where_may(user, Action.SCHEDULE).filter(pk__in=ids)
    if mine.count() < len(ids):
        raise NotFound
    execute(LOCK_THEATERS, {"shows": ids})
    locked = Show.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    list(locked.values_list("pk"))
    open_ = Show.objects.on_sale().filter(pk__in=ids).select_related("screen__theater")
    sold = _sold(ids) if only_unsold else set()
    changed = [show for show in open_.order_by("pk") if show.pk not in sold]
    for show in changed:
        for name, value in price_columns(pricing, show.screen.theater.currency).items():
            setattr(show, name, value)
    Show.objects.bulk_update(changed, ["price", "prices"])
    for show in changed:
        reprice_seats(show=show.pk)
    return Repriced(len(changed), len(ids) - len(changed))


def _sold(shows: list[int]) -> set[int]:
    """Returns those of the locked shows of which seats are booked."""
    seats = Seat.objects.filter(IS_SOLD, show__in=shows)
    return set(seats.order_by().values_list("show", flat=True).distinct())
