"""Quotes for seats of a show: one statement reads what `pricing.quote` needs, without locks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from core.failures import DoesNotExist, NotFound
from core.postgres.rows import rows_of
from pricing.providers import KNOWN, OfferedProvider
from pricing.quote import Line, PricedSeat, Quote, Terms, TypeTerms, VoucherTerms, quote
from pricing.vouchers import LEFT, USED, VoucherInvalid, VoucherUsedUp
from shows.holding import NoHold, unknown_seats
from shows.seats import LIVE

# The labels are a query of their own for the reason given at `shows.holding.HOLD_EXACTLY`.
READ = f"""
WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), terms AS MATERIALIZED (
  SELECT show.id AS show_id, show.movie_id, theater.id AS theater_id, theater.currency,
         theater.booking_fee, theater.tax_rate, theater.pay_within_minutes,
         theater.pays IN ('online', 'both') AS is_paid_online,
         theater.pays IN ('counter', 'both')
           AND coalesce(show.starts_at - make_interval(mins => theater.counter_until_minutes)
                        > statement_timestamp(), true) AS is_paid_at_counter,
         ARRAY(SELECT ARRAY[type.name, type.kind, type.value::text, type.at_most::text,
                            array_to_string(type.categories, ' ')]
               FROM pricing_tickettype type WHERE type.theater_id = theater.id
               ORDER BY type.position, type.id) AS types,
         ARRAY(SELECT ARRAY[account.provider, account.is_test::text]
               FROM payments_provideraccount account
               WHERE account.theater_id = theater.id AND account.is_active
                 AND account.provider = ANY(%(providers)s::text[])
               ORDER BY account.id DESC) AS providers
  FROM shows_show show
  JOIN theaters_screen screen ON screen.id = show.screen_id
  JOIN theaters_theater theater ON theater.id = screen.theater_id
  WHERE show.id = %(show)s
), voucher AS MATERIALIZED (
  SELECT voucher.id, voucher.code, voucher.kind, voucher.value, {LEFT} AS uses_left
  FROM terms JOIN pricing_voucher voucher
    ON voucher.theater_id = terms.theater_id AND voucher.code = %(voucher)s, {USED}
  WHERE coalesce(voucher.valid_from <= statement_timestamp(), true)
    AND coalesce(voucher.valid_until > statement_timestamp(), true)
    AND (NOT EXISTS (SELECT FROM pricing_voucher_movies WHERE voucher_id = voucher.id)
         OR EXISTS (SELECT FROM pricing_voucher_movies chosen
                    WHERE chosen.voucher_id = voucher.id AND chosen.movie_id = terms.movie_id))
)
SELECT terms.currency, terms.booking_fee, terms.tax_rate, terms.types,
       terms.is_paid_online, terms.is_paid_at_counter, terms.pay_within_minutes,
       terms.providers,
       voucher.id, voucher.code, voucher.kind, voucher.value, voucher.uses_left,
       seat.label, seat.category, seat.price
FROM terms LEFT JOIN voucher ON true LEFT JOIN shows_seat seat
  ON seat.show_id = %(show)s AND {{seats}}
ORDER BY seat.id
"""  # noqa: S608
OF_LABELS = READ.format(seats="seat.label = ANY((SELECT labels FROM wish)::text[])")
OF_HOLD = READ.format(seats=f"seat.held_by_id = %(user)s AND {LIVE}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What seats of a show cost, and where and within how many minutes that can be paid now.

    `providers` are those for paying online, the one connected last first.
    `uses_left` is how often the voucher can be used, by this customer; None without a limit.
    """

    quote: Quote
    pay: Sequence[str]
    pay_within: int
    providers: Sequence[OfferedProvider] = ()
    voucher_id: int | None = None
    voucher: str = ""
    uses_left: int | None = None


class _Row(NamedTuple):
    """A seat, with what is the same for all of them."""

    currency: str
    fee: Decimal
    tax_rate: Decimal
    types: list[list[str]]
    is_paid_online: bool
    is_paid_at_counter: bool
    pay_within: int
    accounts: list[list[str]]
    voucher_id: int | None
    voucher: str | None
    kind: str | None
    value: Decimal
    uses_left: int | None
    label: str | None
    category: str
    price: Decimal

    @property
    def pay(self) -> list[str]:
        offered = {"online": self.is_paid_online, "counter": self.is_paid_at_counter}
        return [where for where, is_offered in offered.items() if is_offered]

    @property
    def providers(self) -> list[OfferedProvider]:
        accounts = self.accounts if self.is_paid_online else []
        return [OfferedProvider(name, is_test == "true") for name, is_test in accounts]


def quote_hold(
    *, user_id: int, show_id: int, types: Mapping[str, str] | None = None, voucher: str = ""
) -> Offer:
    """Returns what the seats cost that the user holds of the show.

    `types` names ticket types by label, `voucher` is a code. Raises NotFound, NoHold,
    UnknownTicketType, TypeNotAllowed, VoucherInvalid, or VoucherUsedUp.
    """
    rows = _read(OF_HOLD, user=user_id, show=show_id, voucher=voucher)
    if not rows:
        raise NotFound
    if rows[0].label is None:
        raise NoHold
    offer = _offer(rows, types, voucher)
    if offer.uses_left is not None and offer.uses_left <= 0:
        raise VoucherUsedUp
    return offer


def quote_seats(
    *,
    user_id: int | None,
    show_id: int,
    labels: Sequence[str] | None,
    types: Mapping[str, str] | None = None,
    voucher: str = "",
) -> Offer:
    """Returns what seats cost that are about to be booked: these, or the user's hold.

    Whether they can be booked, and the voucher used, is for the booking to find out, with the
    seats and the voucher locked. Raises DoesNotExist, NoHold, UnknownSeats, UnknownTicketType,
    TypeNotAllowed or VoucherInvalid.
    """
    statement = OF_HOLD if labels is None else OF_LABELS
    rows = _read(statement, user=user_id, show=show_id, voucher=voucher, labels=labels)
    if not rows:
        raise DoesNotExist(field="show")
    found = {row.label for row in rows}
    if unknown := [label for label in labels or () if label not in found]:
        raise unknown_seats(unknown)
    if rows[0].label is None:
        raise NoHold
    return _offer(rows, types, voucher)


def quote_seat(
    *, show_id: int, label: str, kind: str, voucher: VoucherTerms | None, fee: Decimal
) -> Line:
    """Returns what a seat costs in exchange for a ticket of this type, with this fee.

    Raises UnknownTicketType or TypeNotAllowed.
    """
    (row,) = _read(OF_LABELS, user=None, show=show_id, voucher="", labels=[label])
    terms = Terms(row.currency, fee, row.tax_rate, [_type(*each) for each in row.types])
    seat = PricedSeat(label, row.category, row.price)
    return quote([seat], terms, types={label: kind} if kind else None, voucher=voucher).lines[0]


def _read(
    statement: str,
    *,
    user: int | None,
    show: int,
    voucher: str,
    labels: Sequence[str] | None = None,
) -> list[_Row]:
    values: dict[str, Any] = {
        "user": user,
        "show": show,
        "labels": None if labels is None else list(labels),
        "voucher": voucher or None,
        "besides": None,
        "providers": sorted(KNOWN),
    }
    return [_Row(*row) for row in rows_of(statement, values)]


def _offer(rows: Sequence[_Row], types: Mapping[str, str] | None, voucher: str) -> Offer:
    first = rows[0]
    if voucher and first.voucher_id is None:
        raise VoucherInvalid(field="voucher")
    terms = Terms(first.currency, first.fee, first.tax_rate, [_type(*each) for each in first.types])
    takes_off = VoucherTerms(first.kind, first.value) if first.kind else None
    seats = [PricedSeat(row.label or "", row.category, row.price) for row in rows]
    return Offer(
        quote(seats, terms, types=types, voucher=takes_off),
        first.pay,
        first.pay_within,
        first.providers,
        first.voucher_id,
        first.voucher or "",
        first.uses_left,
    )


def _type(name: str, kind: str, value: str, at_most: str | None, categories: str) -> TypeTerms:
    most = None if at_most is None else int(at_most)
    return TypeTerms(name, kind, Decimal(value), categories.split(), most)
