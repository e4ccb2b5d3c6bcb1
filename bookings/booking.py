"""Booking seats: booking, tickets and seats in one statement, beside the holds of everyone else.

Every transaction here first locks the customer's user row, then the show against cancelling and
moving (`FOR KEY SHARE`), then the seats by id: user → show → booking → seats.
"""

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookings.tasks import mail_booking_confirmed
from core import jobs
from core.errors import DoesNotExist, Failure
from core.postgres.rows import rows_of
from shows.holding import NoHold, ShowNotOnSale, seats_unavailable, unknown_seats
from shows.models import Show
from users.services import lock_user

READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 10


class HoldExpired(Failure):
    """Your hold lapsed before it was booked; somebody else may have the seats by now."""

    code = "hold_expired"
    title = "Your hold has expired"
    remedy = "Choose your seats again."


class PriceChanged(Failure):
    """The price is another than the `total` that you expected; nothing was booked."""

    code = "price_changed"
    title = "The price has changed"
    remedy = "Show the customer the new `total`, and book again with it."
    example = {"total": "27.00"}


# The wish is a query of its own for the reason that `shows.holding.HOLD_EXACTLY` gives.
BOOK = """
WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), on_sale AS MATERIALIZED (
  SELECT id FROM shows_show
  WHERE id = %(show)s AND status = 'scheduled' AND starts_at > statement_timestamp()
  FOR KEY SHARE
), touched AS MATERIALIZED (            -- every row that may change, locked in id order
  SELECT id, label, category, price, status, held_by_id,
         held_until > statement_timestamp() AS live,
         coalesce(label = ANY((SELECT labels FROM wish)::text[]), true) AS wanted
  FROM shows_seat
  WHERE show_id = (SELECT id FROM on_sale)
    AND (label = ANY((SELECT labels FROM wish)::text[]) OR held_by_id = %(user)s)
  ORDER BY id FOR UPDATE
), judged AS MATERIALIZED (
  SELECT *, CASE WHEN (SELECT labels FROM wish) IS NULL THEN live
                 ELSE status = 'available'
                      OR (status = 'selected' AND (held_by_id = %(user)s OR NOT live)) END AS mine
  FROM touched
), booked AS (
  INSERT INTO bookings_booking (reference, user_id, show_id, status, total)
  SELECT %(reference)s, %(user)s, %(show)s, 'confirmed', sum(price) FROM judged WHERE wanted
  HAVING bool_and(mine)
     AND count(*) = coalesce((SELECT cardinality(labels) FROM wish), count(*))
     AND sum(price) = coalesce(%(total)s::numeric, sum(price))
  RETURNING id
), tickets AS (                         -- gen_random_uuid() draws 122 bits from a CSPRNG
  INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, price, status)
  SELECT booked.id, j.id, encode(uuid_send(gen_random_uuid()), 'hex'),
         j.label, j.category, j.price, 'valid'
  FROM booked, judged j WHERE j.wanted ORDER BY j.id
), taken AS (
  UPDATE shows_seat seat
  SET status = CASE WHEN j.wanted THEN 'booked' ELSE 'available' END,
      held_by_id = NULL, held_since = NULL, held_until = NULL
  FROM booked, judged j WHERE seat.id = j.id
)
SELECT (SELECT count(*) FROM on_sale), booked.id, j.label, j.price, j.mine
FROM (SELECT) one LEFT JOIN booked ON true LEFT JOIN judged j ON j.wanted ORDER BY j.id
"""


@transaction.atomic(savepoint=False)
def book_seats(
    *,
    user_id: int,
    show_id: int,
    labels: Sequence[str] | None = None,
    total: Decimal | None = None,
) -> int:
    """Books the user's hold on the show, or exactly the seats `labels`, and returns the booking.

    With `labels` the rest of the hold is released. `total` is what the customer expects to pay.
    Raises DoesNotExist, ShowNotOnSale, NoHold, HoldExpired, UnknownSeats, SeatsUnavailable,
    PriceChanged; then nothing has changed.
    """
    lock_user(user_id)
    wish = {
        "user": user_id,
        "show": show_id,
        "labels": None if labels is None else list(labels),
        "total": total,
        "reference": new_reference(),
    }
    rows = rows_of(BOOK, wish)
    booking_id: int | None = rows[0][1]
    if booking_id is None:
        raise _refusal(rows, show_id, labels)
    jobs.defer(mail_booking_confirmed, booking_id=booking_id)
    return booking_id


def new_reference() -> str:
    """Ten characters that a person can read out, from 10^15 that nobody can guess."""
    return "".join(secrets.choice(READABLE) for _ in range(REFERENCE_LENGTH))


def _refusal(rows: list[Any], show_id: int, labels: Sequence[str] | None) -> Failure:
    if not rows[0][0]:
        return (
            ShowNotOnSale()
            if Show.objects.filter(pk=show_id).exists()
            else DoesNotExist(field="show")
        )
    prices = {label: price for _, _, label, price, _ in rows if label}
    lost = [label for _, _, label, _, mine in rows if label and not mine]
    if labels is None and not prices:
        return NoHold()
    if labels is None and lost:
        return HoldExpired()
    if unknown := [label for label in labels or () if label not in prices]:
        return unknown_seats(unknown)
    if lost:
        return seats_unavailable(lost)
    return PriceChanged(total=f"{sum(prices.values()):.2f}")
