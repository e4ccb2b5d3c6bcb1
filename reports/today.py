"""What a cinema's day looks like at a glance: its shows, what it has taken, what needs somebody.

Each part is one statement, however many theaters, shows and payments there are. Days are those of
each theater's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from core.postgres.rows import rows_of
from payments.providers.minor_units import from_minor
from reports.sources import OF_MONEY
from theaters.models import Theater
from theaters.policy import Action, may_everywhere
from users.models import User

WITHOUT_PRICE_DAYS = 14
FEW_THEATERS = 12


@dataclass(slots=True)
class TodaysShow:
    """A show of today. Times are on the theater's clock, without a zone."""

    id: int
    title: str
    screen: str
    starts_at: datetime
    ends_at: datetime
    sold: int
    left: int
    state: str

    @property
    def share(self) -> int:
        """How many percent of the seats are sold."""
        seats = self.sold + self.left
        return round(100 * self.sold / seats) if seats else 0


class Taking(NamedTuple):
    """What came by a way of paying today, and what went back."""

    way: str
    payments: int
    came: Decimal
    went: Decimal


class Need(NamedTuple):
    """Something that needs somebody: what, how many rows, and one of them."""

    kind: str
    number: int
    example: int


@dataclass(slots=True)
class TodaysTheater:
    """A theater's day."""

    id: int
    name: str
    city: str
    currency: str
    day: date
    now: datetime
    shows: list[TodaysShow] = field(default_factory=list)
    takings: list[Taking] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    may_run: bool = False
    may_schedule: bool = False

    @property
    def sold(self) -> int:
        return sum(show.sold for show in self.shows)

    @property
    def left(self) -> int:
        """Seats that can still be sold: those of shows that have not ended."""
        return sum(show.left for show in self.shows if show.state != "over")

    @property
    def taken(self) -> Decimal:
        return sum((each.came - each.went for each in self.takings), Decimal(0))


class Today(NamedTuple):
    """The theaters in which somebody sells or schedules, and what needs somebody at no theater,
    such as jobs that failed; only those who administer the site are told."""

    theaters: list[TodaysTheater]
    needs: list[Need]


DAYS = """
WITH days AS MATERIALIZED (
  SELECT id AS theater_id, name, city, currency, timezone,
         (statement_timestamp() AT TIME ZONE timezone) AS local,
         (statement_timestamp() AT TIME ZONE timezone)::date AS day,
         (statement_timestamp() AT TIME ZONE timezone)::date::timestamp
           AT TIME ZONE timezone AS begins
  FROM theaters_theater WHERE id = ANY(%(theaters)s::bigint[])
)
"""
THEATERS = f"{DAYS} SELECT theater_id, name, city, currency, day, local FROM days ORDER BY 2, 1"  # noqa: S608
# Seats that are kept for a booking are sold as long as it may pay.
SHOWS = f"""
{DAYS}
SELECT days.theater_id, show.id, movie.title, screen.name,
       show.starts_at AT TIME ZONE days.timezone, show.ends_at AT TIME ZONE days.timezone,
       seats.sold, seats.left,
       CASE WHEN show.status = 'cancelled' THEN 'cancelled'
            WHEN show.ends_at <= statement_timestamp() THEN 'over'
            WHEN show.starts_at <= statement_timestamp() THEN 'running'
            ELSE 'to come' END
FROM days
JOIN theaters_screen screen ON screen.theater_id = days.theater_id
JOIN shows_show show ON show.screen_id = screen.id AND show.local_date = days.day
JOIN movies_movie movie ON movie.id = show.movie_id
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE is_sold) AS sold,
         count(*) FILTER (WHERE NOT is_sold AND status <> 'blocked') AS left
  FROM (
    SELECT status, status = 'booked'
      OR status = 'kept' AND held_until > statement_timestamp() AS is_sold
    FROM shows_seat seat WHERE seat.show_id = show.id
  ) seat
) seats
ORDER BY show.starts_at, screen.name, show.id
"""  # noqa: S608
TAKINGS = f"""
{DAYS}, bounds AS MATERIALIZED (
  SELECT theater_id, timezone, currency, begins, 'infinity'::timestamptz AS ends FROM days
)
SELECT theater_id, provider || CASE method WHEN '' THEN '' ELSE ', ' || method END, bounds.currency,
       coalesce(sum(count) FILTER (WHERE kind = 'capture'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE kind <> 'refund'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0)::bigint
FROM ({OF_MONEY.query}) found JOIN bounds USING (theater_id)
WHERE found.currency = bounds.currency
GROUP BY 1, 2, 3 ORDER BY 1, 2
"""  # noqa: S608
# Money that is held apart always has a refund, whose index leads to what is not given back yet.
NEEDS = f"""
WITH unfinished AS MATERIALIZED (
  SELECT refund.id, coalesce(screen.theater_id, account.theater_id) AS theater_id,
         CASE WHEN refund.status = 'stuck' THEN 'stuck_refunds'
              WHEN refund.status = 'failed' THEN 'failed_refunds'
              ELSE 'quarantined_payments' END AS kind,
         CASE WHEN refund.status IN ('stuck', 'failed') THEN refund.id ELSE payment.id END AS row
  FROM payments_refund refund
  JOIN payments_payment payment ON payment.id = refund.payment_id
  LEFT JOIN payments_provideraccount account ON account.id = payment.account_id
  LEFT JOIN bookings_booking booking ON booking.id = payment.booking_id
  LEFT JOIN shows_show show ON show.id = booking.show_id
  LEFT JOIN theaters_screen screen ON screen.id = show.screen_id
  WHERE refund.status <> 'succeeded'
    AND (refund.status IN ('stuck', 'failed') OR payment.problem <> '')
    AND (%(everywhere)s::boolean OR booking.id IS NOT NULL)
)
SELECT theater_id, kind, count(*), min(row) FROM unfinished
WHERE theater_id = ANY(%(run)s::bigint[]) OR theater_id IS NULL AND %(everywhere)s::boolean
GROUP BY 1, 2
UNION ALL
SELECT screen.theater_id, 'shows_without_prices', count(*), min(show.id)
FROM shows_show show JOIN theaters_screen screen ON screen.id = show.screen_id
WHERE screen.theater_id = ANY(%(schedule)s::bigint[]) AND show.status = 'scheduled'
  AND show.starts_at > statement_timestamp()
  AND show.starts_at < statement_timestamp() + make_interval(days => {WITHOUT_PRICE_DAYS})
  AND (show.price = 0 OR jsonb_path_exists(show.prices, '$.* ? (@ == "0.00")'))
GROUP BY 1
UNION ALL
SELECT NULL, 'failed_jobs', count(*), 0 FROM procrastinate_jobs
WHERE status = 'failed' AND %(everywhere)s::boolean
ORDER BY 1, 2
"""  # noqa: S608


def read_today(*, user: User) -> Today:
    """Returns the day of every theater in which the user sells or schedules; of many, only of those
    where anything is on. What was taken and the refunds that need somebody are for those who run
    the theater."""
    rights = {
        action: [t.pk for t in Theater.objects.where_may(user, action)]
        for action in (Action.SELL, Action.SCHEDULE, Action.RUN)
    }
    ids = sorted({*rights[Action.SELL], *rights[Action.SCHEDULE]})
    given = {"theaters": ids}
    theaters = {row[0]: TodaysTheater(*row) for row in rows_of(THEATERS, given)}
    for theater in theaters.values():
        theater.may_run = theater.id in rights[Action.RUN]
        theater.may_schedule = theater.id in rights[Action.SCHEDULE]
    for theater_id, *show in rows_of(SHOWS, given):
        theaters[theater_id].shows.append(TodaysShow(*show))
    _take(theaters, rights[Action.RUN])
    needs = _needs(user, theaters, rights)
    busy = [each for each in theaters.values() if each.shows or each.takings or each.needs]
    return Today(list(theaters.values()) if len(theaters) <= FEW_THEATERS else busy, needs)


def _take(theaters: dict[int, TodaysTheater], run: Sequence[int]) -> None:
    for theater_id, way, currency, count, came, went in rows_of(TAKINGS, {"theaters": list(run)}):
        if theater_id in theaters:
            taking = Taking(way, count, from_minor(came, currency), from_minor(went, currency))
            theaters[theater_id].takings.append(taking)


def _needs(
    user: User, theaters: dict[int, TodaysTheater], rights: dict[Action, list[int]]
) -> list[Need]:
    """Gives each theater its needs, and returns those of none."""
    given = {
        "run": rights[Action.RUN],
        "schedule": rights[Action.SCHEDULE],
        "everywhere": may_everywhere(user),
    }
    of_none: list[Need] = []
    for theater_id, kind, count, example in rows_of(NEEDS, given):
        theater = theaters.get(theater_id)
        if count:
            (theater.needs if theater else of_none).append(Need(kind, count, example))
    return of_none
