"""The statements that book: they judge everything on locked rows, and do all or nothing.

`BOOK_AT_ONCE` is for what is confirmed with the booking and costs what its seats cost; BOOK does
the same for what a quote prices and for what has to be paid within a time. A booking at the counter
takes a fifth longer with BOOK (`python -m lab.bench.money`)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from core.postgres.rows import rows_of
from shows.seats import FREE_FOR_ME, LIVE

# Lists are a query of their own for the reason given at `shows.holding.HOLD_EXACTLY`.
ON_SALE = """
on_sale AS MATERIALIZED (
  SELECT show.id, theater.terms_version, chosen.pay,
         theater.no_single_seats AND NOT %(sells)s AND (SELECT labels FROM wish) IS NOT NULL
           AS insists,
         CASE WHEN chosen.pay = 'online'
              THEN least(statement_timestamp()
                           + make_interval(mins => theater.pay_within_minutes),
                         show.starts_at + make_interval(mins => theater.online_until_minutes))
              WHEN NOT %(sells)s AND theater.counter_until_minutes IS NOT NULL
              THEN show.starts_at - make_interval(mins => theater.counter_until_minutes)
         END AS keep_until,
         theater.pays IN (chosen.pay, 'both') OR chosen.pay = 'counter' AND %(sells)s AS is_offered,
         theater.booking_fee = 0 AND theater.tax_rate = 0
           AND NOT EXISTS (SELECT FROM pricing_tickettype type
                           WHERE type.theater_id = theater.id) AS is_by_seat
  FROM shows_show show
  JOIN theaters_screen screen ON screen.id = show.screen_id
  JOIN theaters_theater theater ON theater.id = screen.theater_id
  CROSS JOIN LATERAL (
    SELECT coalesce(%(pay)s, CASE WHEN theater.pays = 'online' AND NOT %(sells)s THEN 'online'
                                  ELSE 'counter' END) AS pay
  ) AS chosen
  WHERE show.id = %(show)s AND show.status = 'scheduled'
    AND show.starts_at + make_interval(mins => CASE
          WHEN %(sells)s THEN theater.counter_sells_until_minutes
          ELSE theater.online_until_minutes END) > statement_timestamp()
  FOR KEY SHARE OF show
)"""
JUDGED = f"""
judged AS MATERIALIZED (                -- every row that may change, locked in id order
  SELECT id, label, category, price,
         coalesce(label = ANY((SELECT labels FROM wish)::text[]), true) AS wanted,
         CASE WHEN (SELECT labels FROM wish) IS NULL THEN {LIVE} ELSE {FREE_FOR_ME} END AS mine,
         coalesce(held_by_id = %(user)s AND {LIVE}, false) AS held
  FROM shows_seat seat
  WHERE show_id = (SELECT id FROM on_sale)
    AND (label = ANY((SELECT labels FROM wish)::text[]) OR held_by_id = %(user)s)
  ORDER BY id FOR UPDATE
)"""  # noqa: S608
BEFORE = """
before AS MATERIALIZED (
  SELECT (SELECT count(*) FROM bookings_booking booking
          JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
          WHERE booking.user_id = %(user)s AND booking.show_id = %(show)s
            AND booking.status IN ('confirmed', 'pending')
            AND (ticket.status = 'valid' OR ticket.status = 'pending'
                 AND booking.pay_until > statement_timestamp())) AS of_show,
         CASE WHEN %(most_unverified)s::int IS NOT NULL THEN
         (SELECT count(*) FROM bookings_booking booking
          JOIN shows_show show ON show.id = booking.show_id
          JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
          WHERE booking.user_id = %(user)s AND show.ends_at > statement_timestamp()
            AND booking.status IN ('confirmed', 'pending')
            AND (booking.paid_at IS NULL OR booking.total = 0)
            AND (ticket.status = 'valid' OR ticket.status = 'pending'
                 AND booking.channel = 'counter'
                 AND booking.pay_until > statement_timestamp())) END AS of_all
)"""
WITHIN_LIMITS = """count > 0 AND mine AND is_offered
    AND count = coalesce((SELECT cardinality(labels) FROM wish), count)
    AND total = coalesce(%(total)s::numeric, total)
    AND coalesce(count + of_show <= %(most_tickets)s::int, true)"""
BOOK_AT_ONCE = f"""
WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), {ON_SALE}, {JUDGED}, {BEFORE}, sums AS MATERIALIZED (
  SELECT count(*) FILTER (WHERE wanted) AS count, sum(price) FILTER (WHERE wanted) AS total,
         bool_and(mine) FILTER (WHERE wanted) AS mine, bool_or(wanted <> held) AS changes
  FROM judged
), booked AS (
  INSERT INTO bookings_booking
    (reference, user_id, sold_by_id, show_id, channel, status, total, paid_at,
     contact_name, contact_email, language, terms_version)
  SELECT %(reference)s, %(customer)s, %(sold_by)s, %(show)s,
         CASE WHEN %(sold_by)s::bigint IS NULL THEN on_sale.pay ELSE 'box_office' END,
         'confirmed', total, CASE WHEN total = 0 THEN statement_timestamp() END,
         %(contact_name)s, %(contact_email)s, %(language)s, on_sale.terms_version
  FROM sums, on_sale, before
  WHERE {WITHIN_LIMITS} AND is_by_seat AND keep_until IS NULL
    AND coalesce(count + of_all <= %(most_unverified)s::int, true)
  RETURNING id
), tickets AS (                         -- gen_random_uuid() draws 122 bits from a CSPRNG
  INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, type, price, discount,
                               fee, tax_rate, tax, status)
  SELECT booked.id, j.id, encode(uuid_send(gen_random_uuid()), 'hex'),
         j.label, j.category, '', j.price, 0, 0, 0, 0, 'valid'
  FROM booked, judged j WHERE j.wanted ORDER BY j.id
), taken AS (
  UPDATE shows_seat seat
  SET status = CASE WHEN j.wanted THEN 'booked' ELSE 'available' END,
      held_by_id = NULL, held_since = NULL, held_until = NULL, kept_for = NULL
  FROM booked, judged j WHERE seat.id = j.id
), chain_over AS (
  DELETE FROM shows_holdchain USING booked WHERE user_id = %(user)s AND show_id = %(show)s
)
SELECT on_sale.id IS NOT NULL AS is_on_sale, booked.id, 'confirmed' AS status, on_sale.pay,
       on_sale.is_by_seat AS is_priced, on_sale.is_offered,
       on_sale.keep_until IS NOT NULL AS may_lapse, before.of_show, before.of_all, sums.total,
       j.label, j.mine, on_sale.insists AND sums.changes AS insists
FROM before CROSS JOIN sums LEFT JOIN on_sale ON true LEFT JOIN booked ON true
LEFT JOIN judged j ON j.wanted ORDER BY j.id
"""  # noqa: S608
BOOK = f"""
WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels, %(line_labels)s::text[] AS lines, %(types)s::text[] AS types,
         %(bases)s::numeric[] AS bases, %(prices)s::numeric[] AS prices,
         %(discounts)s::numeric[] AS discounts, %(fees)s::numeric[] AS fees,
         %(tax_rates)s::numeric[] AS tax_rates, %(taxes)s::numeric[] AS taxes
), line AS MATERIALIZED (
  SELECT line.* FROM wish, unnest(lines, types, bases, prices, discounts, fees, tax_rates, taxes)
    AS line (label, type, base, price, discount, fee, tax_rate, tax)
), {ON_SALE}, {JUDGED}, priced AS MATERIALIZED (
  SELECT j.id, j.label, j.category, j.mine, j.price AS base, coalesce(line.type, '') AS type,
         coalesce(line.price, j.price) AS price, coalesce(line.discount, 0) AS discount,
         coalesce(line.fee, 0) AS fee, coalesce(line.tax_rate, 0) AS tax_rate,
         coalesce(line.tax, 0) AS tax,
         (SELECT lines FROM wish) IS NULL OR coalesce(line.base = j.price, false) AS as_quoted
  FROM judged j LEFT JOIN line ON line.label = j.label WHERE j.wanted
), {BEFORE}, waits AS MATERIALIZED (              -- only who books to pay later has any of this
  SELECT array_agg(booking.reference ORDER BY booking.id)
           FILTER (WHERE booking.status = 'pending'
                   AND booking.pay_until > statement_timestamp()) AS pending,
         coalesce(bool_or(booking.show_id = %(show)s AND booking.created_at >= chain.began_at
                          AND chain.began_at + %(lasts_at_most)s <= statement_timestamp()),
                  false) AS again,
         max(chain.quiet_from) + %(lasts_at_most)s AS over_at
  FROM bookings_booking booking
  LEFT JOIN shows_holdchain chain ON chain.user_id = %(user)s AND chain.show_id = %(show)s
    AND chain.quiet_from + %(lasts_at_most)s > statement_timestamp()
  WHERE (SELECT keep_until FROM on_sale) IS NOT NULL AND NOT %(sells)s
    AND booking.user_id = %(user)s AND booking.paid_at IS NULL AND booking.pay_until IS NOT NULL
), sums AS MATERIALIZED (
  SELECT count(*) AS count, sum(price - discount + fee) AS total,
         bool_and(mine) AS mine, bool_and(as_quoted) AS as_quoted
  FROM priced
), booked AS (
  INSERT INTO bookings_booking
    (reference, user_id, sold_by_id, show_id, channel, status, total, pay_until, paid_at,
     voucher_id, contact_name, contact_email, language, terms_version)
  SELECT %(reference)s, %(customer)s, %(sold_by)s, %(show)s,
         CASE WHEN %(sold_by)s::bigint IS NULL THEN on_sale.pay ELSE 'box_office' END,
         CASE WHEN total > 0 AND keep_until IS NOT NULL THEN 'pending' ELSE 'confirmed' END,
         total, CASE WHEN total > 0 THEN keep_until END,
         CASE WHEN total = 0 THEN statement_timestamp() END,
         %(voucher)s, %(contact_name)s, %(contact_email)s, %(language)s, on_sale.terms_version
  FROM sums, on_sale, before, waits
  WHERE {WITHIN_LIMITS} AND as_quoted
    AND (is_by_seat OR (SELECT lines FROM wish) IS NOT NULL)
    AND coalesce(keep_until > statement_timestamp(), true)
    AND (keep_until IS NOT NULL AND on_sale.pay = 'online' AND total > 0
         OR coalesce(count + of_all <= %(most_unverified)s::int, true))
    AND NOT again AND coalesce(cardinality(pending), 0) < %(most_pending)s
  RETURNING id, status, pay_until
), tickets AS (                         -- gen_random_uuid() draws 122 bits from a CSPRNG
  INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, type, price, discount,
                               fee, tax_rate, tax, status)
  SELECT booked.id, p.id, encode(uuid_send(gen_random_uuid()), 'hex'),
         p.label, p.category, p.type, p.price, p.discount, p.fee, p.tax_rate, p.tax,
         CASE booked.status WHEN 'pending' THEN 'pending' ELSE 'valid' END
  FROM booked, priced p ORDER BY p.id
), taken AS (
  UPDATE shows_seat seat
  SET status = CASE WHEN NOT j.wanted THEN 'available'
                    WHEN booked.status = 'pending' THEN 'kept' ELSE 'booked' END,
      held_by_id = NULL, held_since = NULL,
      held_until = CASE WHEN j.wanted AND booked.status = 'pending' THEN booked.pay_until END,
      kept_for = CASE WHEN j.wanted AND booked.status = 'pending' THEN booked.id END
  FROM booked, judged j WHERE seat.id = j.id
), chain_over AS (
  DELETE FROM shows_holdchain USING booked
  WHERE user_id = %(user)s AND show_id = %(show)s AND booked.status = 'confirmed'
), chain_goes_on AS (
  INSERT INTO shows_holdchain (user_id, show_id, began_at, quiet_from, seats, address)
  SELECT %(user)s, %(show)s, statement_timestamp(), booked.pay_until, sums.count, ''
  FROM booked, sums WHERE booked.status = 'pending' AND NOT %(sells)s
  ON CONFLICT (user_id, show_id) DO UPDATE SET
    began_at = CASE WHEN shows_holdchain.quiet_from + %(lasts_at_most)s > statement_timestamp()
                    THEN shows_holdchain.began_at ELSE excluded.began_at END,
    quiet_from = greatest(shows_holdchain.quiet_from, excluded.quiet_from), seats = excluded.seats
)
SELECT on_sale.id IS NOT NULL AS is_on_sale, booked.id, booked.status, on_sale.pay,
       on_sale.is_by_seat OR (SELECT lines FROM wish) IS NOT NULL AS is_priced,
       on_sale.is_offered
         AND coalesce(on_sale.keep_until > statement_timestamp(), true) AS is_offered,
       on_sale.keep_until IS NOT NULL AS may_lapse, before.of_show, before.of_all, sums.total,
       j.label, j.mine, on_sale.insists AND (SELECT bool_or(wanted <> held) FROM judged) AS insists,
       on_sale.keep_until IS NOT NULL AND on_sale.pay = 'online' AND sums.total > 0
         AS is_paid_online, waits.pending, waits.again, waits.over_at, sums.as_quoted
FROM before CROSS JOIN waits CROSS JOIN sums LEFT JOIN on_sale ON true LEFT JOIN booked ON true
LEFT JOIN judged j ON j.wanted ORDER BY j.id
"""  # noqa: S608
NOT_QUOTED: Mapping[str, Any] = dict.fromkeys(
    (
        "line_labels",
        "types",
        "bases",
        "prices",
        "discounts",
        "fees",
        "tax_rates",
        "taxes",
        "voucher",
    )
)
"""What a booking without a quote gives BOOK: its seats cost their own prices."""


class WantedSeat(NamedTuple):
    """A row of either: a wanted seat, if there is any, with what is the same for all of them."""

    on_sale: bool
    booking_id: int | None
    status: str
    pay: str
    is_priced: bool | None
    is_offered: bool | None
    may_lapse: bool | None
    tickets_of_show: int
    tickets_of_all: int | None
    total: Decimal
    label: str | None
    is_mine: bool
    has_to_leave_none_single: bool | None
    is_paid_online: bool | None = False
    pending: list[str] | None = None
    must_wait: bool = False
    may_wait_until: datetime | None = None
    as_quoted: bool = True

    @property
    def has_to_wait_for_payment(self) -> bool:
        """Whether BOOK_AT_ONCE left it to BOOK: it would be kept until a time, for its payment."""
        return self.booking_id is None and bool(self.is_priced and self.may_lapse)

    @property
    def has_to_be_quoted(self) -> bool:
        """Whether all is well, but the seats' own prices are not what they cost."""
        return self.booking_id is None and self.on_sale and not self.is_priced


def tried_at_once(wish: Mapping[str, Any]) -> list[WantedSeat]:
    """Books what the parameters of BOOK_AT_ONCE say, if all of it can be."""
    return [WantedSeat(*row) for row in rows_of(BOOK_AT_ONCE, wish)]


def tried(wish: Mapping[str, Any]) -> list[WantedSeat]:
    """Books what the parameters of BOOK say, if all of it can be."""
    return [WantedSeat(*row) for row in rows_of(BOOK, wish)]
