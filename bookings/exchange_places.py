"""The shows between which a ticket is exchanged, and until when each is sold."""

from datetime import datetime
from typing import NamedTuple

from core.postgres.rows import rows_of

LOCK_SHOWS = """
SELECT show.id, screen.theater_id, theater.pays <> 'counter', show.status = 'scheduled',
       show.starts_at + make_interval(mins => theater.online_until_minutes),
       show.starts_at + make_interval(mins => theater.counter_sells_until_minutes),
       statement_timestamp() + make_interval(mins => theater.pay_within_minutes),
       statement_timestamp(), theater.no_single_seats
FROM shows_show show
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
WHERE show.id = %(show)s::bigint
   OR show.id = (SELECT show_id FROM bookings_booking WHERE reference = %(reference)s)
ORDER BY show.id FOR KEY SHARE OF show
"""


class Place(NamedTuple):
    """A locked show, and until when it is sold by whom."""

    show_id: int
    theater_id: int
    is_paid_online: bool
    is_scheduled: bool
    online_until: datetime
    counter_until: datetime
    pay_within: datetime
    now: datetime
    insists: bool

    def sold_until(self, *, sells: bool) -> datetime:
        return self.counter_until if sells else self.online_until


def lock_places(reference: str, show: int | None) -> dict[int, Place]:
    """Locks the booking's show, and the one that is wanted, and returns them by their ids."""
    rows = rows_of(LOCK_SHOWS, {"reference": reference, "show": show})
    return {row[0]: Place(*row) for row in rows}
