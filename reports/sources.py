"""Where the figures come from: for each source, the query that reads it from the books.

It reads what `bounds` says: for each theater the days `first` to `last`, which begin and end at
`begins` and `ends`. Days are those of the theater's own zone. The rows have the columns of the
model that keeps them once the day is over.
"""

from dataclasses import dataclass

from reports.models import (
    DayMoney,
    DaySales,
    DayShow,
    DayShowMoney,
    DayShowSales,
    DayTax,
    OfDay,
)
from theaters.currencies import WITHOUT_DECIMALS

WHOLE = ", ".join(f"'{currency}'" for currency in sorted(WITHOUT_DECIMALS))
MINOR = f"CASE WHEN bounds.currency IN ({WHOLE}) THEN 1 ELSE 100 END"
# OFFSET 0 keeps PostgreSQL from reading the whole ledger in the order of another column.
SALES = """
SELECT bounds.theater_id, (entry.at AT TIME ZONE bounds.timezone)::date AS day,
       {columns},
       count(*) FILTER (WHERE entry.kind = 'sale') AS sold,
       count(*) FILTER (WHERE entry.kind = 'void') AS returned,
       coalesce(sum(entry.amount) FILTER (WHERE entry.kind = 'sale'), 0)::bigint AS sales,
       coalesce(sum(entry.amount) FILTER (WHERE entry.kind = 'fee'), 0)::bigint AS fees,
       coalesce(sum(entry.amount) FILTER (WHERE entry.kind IN ('void', 'voidfee')), 0)::bigint
         AS given_back
FROM (
  SELECT * FROM payments_ledgerentry
  WHERE at >= (SELECT min(begins) FROM bounds) AND kind IN ('sale', 'fee', 'void', 'voidfee')
  OFFSET 0
) entry
JOIN bookings_ticket ticket ON ticket.id = entry.ticket_id
JOIN bookings_booking booking ON booking.id = entry.booking_id
JOIN shows_show show ON show.id = booking.show_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN bounds ON bounds.theater_id = screen.theater_id
WHERE entry.at >= bounds.begins AND entry.at < bounds.ends
GROUP BY bounds.theater_id, day, {groups}
"""
MONEY = """
SELECT bounds.theater_id, (entry.at AT TIME ZONE bounds.timezone)::date AS day,
       entry.currency, entry.kind, payment.provider, {columns}, count(*) AS count,
       sum(entry.amount)::bigint AS amount
FROM (
  SELECT * FROM payments_ledgerentry
  WHERE at >= (SELECT min(begins) FROM bounds) AND kind IN ('capture', 'refund', 'bounce')
  OFFSET 0
) entry
JOIN payments_payment payment ON payment.id = entry.payment_id
LEFT JOIN payments_refund refund ON refund.id = entry.refund_id
LEFT JOIN payments_provideraccount account ON account.id = payment.account_id
LEFT JOIN bookings_booking booking ON booking.id = entry.booking_id
LEFT JOIN shows_show show ON show.id = booking.show_id
LEFT JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN bounds ON bounds.theater_id = coalesce(screen.theater_id, account.theater_id)
WHERE entry.at >= bounds.begins AND entry.at < bounds.ends
GROUP BY bounds.theater_id, day, entry.currency, entry.kind, payment.provider, {groups}
"""
TAX = """
SELECT receipt.theater_id, (receipt.issued_at AT TIME ZONE bounds.timezone)::date AS day,
       (part ->> 'rate')::numeric(5, 2) AS rate, count(*) AS receipts,
       sum((part ->> 'net')::bigint)::bigint AS net, sum((part ->> 'tax')::bigint)::bigint AS tax,
       sum((part ->> 'gross')::bigint)::bigint AS gross
FROM bounds
JOIN payments_receipt receipt ON receipt.theater_id = bounds.theater_id
  AND receipt.issued_at >= bounds.begins AND receipt.issued_at < bounds.ends
CROSS JOIN LATERAL jsonb_array_elements(receipt.taxes) AS part
GROUP BY 1, 2, 3
"""
SHOWS = f"""
SELECT bounds.theater_id, show.local_date AS day, show.id AS show_id,
       (SELECT count(*) FROM shows_seat seat
        WHERE seat.show_id = show.id AND seat.status <> 'blocked') AS seats,
       sold.tickets, sold.free, sold.admitted, sold.gross, sold.tax
FROM bounds
JOIN theaters_screen screen ON screen.theater_id = bounds.theater_id
JOIN shows_show show ON show.screen_id = screen.id
  AND show.local_date >= bounds.first AND show.local_date <= bounds.last
CROSS JOIN LATERAL (
  SELECT count(*) AS tickets,
         count(*) FILTER (WHERE ticket.price = ticket.discount) AS free,
         count(ticket.used_at) AS admitted,
         coalesce(sum((ticket.price - ticket.discount) * {MINOR}), 0)::bigint AS gross,
         coalesce(sum((ticket.price - ticket.discount) - round(
           (ticket.price - ticket.discount) * 100 / (100 + ticket.tax_rate), 2)) * {MINOR}, 0
         )::bigint AS tax
  FROM bookings_booking booking JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
  WHERE booking.show_id = show.id AND ticket.status = 'valid'
) sold
WHERE show.status = 'scheduled'
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Source:
    """A query of the books, and the model of the days that are over. `settles_after` is how many
    days later a day does not change any more: tickets of a show that was broken off can be given
    back for two weeks after its end. `currency` is that of a row's amounts."""

    model: type[OfDay]
    query: str
    settles_after: int = 0
    currency: str = "bounds.currency"

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> str:
        fields = self.model._meta.concrete_fields
        return ", ".join(str(field.column) for field in fields if not field.primary_key)


def _split(query: str, **columns: str) -> str:
    """Returns the query with a row for each value of these columns."""
    return query.format(
        columns=", ".join(f"{sql} AS {name}" for name, sql in columns.items()),
        groups=", ".join(columns.values()),
    )


BY_SHOW = {"show_id": "booking.show_id"}
OF_SALES = Source(DaySales, _split(SALES, channel="booking.channel", type="ticket.type"))
OF_SALES_BY_SHOW = Source(DayShowSales, _split(SALES, **BY_SHOW))
OF_MONEY = Source(
    DayMoney,
    _split(
        MONEY, method="payment.method", reason="refund.reason", cashier_id="payment.taken_by_id"
    ),
    currency="found.currency",
)
OF_MONEY_BY_SHOW = Source(DayShowMoney, _split(MONEY, **BY_SHOW), currency="found.currency")
OF_TAX = Source(DayTax, TAX)
OF_SHOWS = Source(DayShow, SHOWS, settles_after=16)
SOURCES = (OF_SALES, OF_SALES_BY_SHOW, OF_MONEY, OF_MONEY_BY_SHOW, OF_TAX, OF_SHOWS)
