"""What seats cost: quote and booking share this one function, so what was quoted is charged.

Amounts are in the theater's currency, rounded half up to its minor unit, and include tax.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from core.failures import InvalidInput
from pricing.models import PriceKind
from theaters.currencies import WITHOUT_DECIMALS

ZERO = Decimal(0)


class UnknownTicketType(InvalidInput):
    """The theater has no ticket type of this name or, where none is named, none that costs the
    seat's price."""

    code = "unknown_ticket_type"
    title = "There is no such ticket type"
    remedy = "Name for each seat one of the theater's ticket types."
    example = {"field": "types.A1"}


class TypeNotAllowed(InvalidInput):
    """The ticket type is not for seats of this category, is chosen more often than one booking may
    have it, or is chosen for a seat that you do not book."""

    code = "type_not_allowed"
    title = "That ticket type is not possible here"
    remedy = "Choose another type for the seat."
    example = {"field": "types.A1"}


class PricedSeat(NamedTuple):
    """A seat with its stored price."""

    label: str
    category: str
    price: Decimal


class TypeTerms(NamedTuple):
    """What a ticket type costs and where it is allowed, as `pricing.models.TicketType` says."""

    name: str
    kind: str
    value: Decimal
    categories: Sequence[str] = ()
    at_most: int | None = None


class VoucherTerms(NamedTuple):
    """What a voucher takes off, as `pricing.models.Voucher` says."""

    kind: str
    value: Decimal


class Terms(NamedTuple):
    """What a theater adds to its seats' prices; its types in the order of their position."""

    currency: str
    fee: Decimal = ZERO
    tax_rate: Decimal = ZERO
    types: Sequence[TypeTerms] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What one seat costs.

    `base` is its stored price, and `price` what the type makes of that. The customer pays
    price - discount + fee, in which `tax` is included. `type` is empty if the theater has none.
    """

    label: str
    category: str
    type: str
    base: Decimal
    price: Decimal
    discount: Decimal
    fee: Decimal
    tax_rate: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.price - self.discount + self.fee


@dataclass(frozen=True, slots=True)
class Quote:
    """What seats cost together: the sums of the lines, which are in the order of the seats."""

    lines: tuple[Line, ...]
    discount: Decimal
    fees: Decimal
    tax: Decimal
    total: Decimal
    currency: str


def quote(
    seats: Sequence[PricedSeat],
    terms: Terms,
    *,
    types: Mapping[str, str] | None = None,
    voucher: VoucherTerms | None = None,
) -> Quote:
    """Returns what the seats cost.

    `types` names types by label; a seat without one gets the first that is as it is and allowed
    for its category. Whether the voucher may be used here is the caller's question.
    Raises UnknownTicketType or TypeNotAllowed.
    """
    unit = minor_unit(terms.currency)
    chosen = _chosen(seats, terms.types, types or {})
    fee, nothing = rounded(terms.fee, unit), rounded(ZERO, unit)
    lines = [
        Line(*seat[:2], kind.name, seat.price, price, nothing, fee, terms.tax_rate, nothing)
        for seat, kind in zip(seats, chosen, strict=True)
        for price in [_price(seat.price, kind, unit)]
    ]
    discounts = _discounts(lines, voucher, unit)
    lines = [_taxed(replace(line, discount=discounts[line.label]), unit) for line in lines]
    return Quote(
        tuple(lines),
        sum((line.discount for line in lines), nothing),
        sum((line.fee for line in lines), nothing),
        sum((line.tax for line in lines), nothing),
        sum((line.total for line in lines), nothing),
        terms.currency,
    )


def minor_unit(currency: str) -> Decimal:
    """Returns the smallest amount of the currency; none of those that are taken has three
    decimals."""
    return Decimal(1) if currency in WITHOUT_DECIMALS else Decimal("0.01")


def rounded(value: Decimal, unit: Decimal) -> Decimal:
    """Returns the nearest multiple of the unit; a half counts as more."""
    return value.quantize(unit, ROUND_HALF_UP)


NO_TYPE = TypeTerms("", PriceKind.AS_IS, ZERO)


def _chosen(
    seats: Sequence[PricedSeat], types: Sequence[TypeTerms], chosen: Mapping[str, str]
) -> list[TypeTerms]:
    """Returns the type of each seat."""
    if strange := chosen.keys() - {seat.label for seat in seats}:
        label = min(strange)
        raise TypeNotAllowed(f"You do not book the seat {label}.", field=f"types.{label}")
    found = [_type_of(seat, types, chosen.get(seat.label)) for seat in seats]
    counts = Counter(kind.name for kind in found)
    for seat, kind in sorted(zip(seats, found, strict=True)):
        if kind.at_most is not None and counts[kind.name] > kind.at_most:
            raise TypeNotAllowed(
                f"A booking may have at most {kind.at_most} × {kind.name}.",
                field=f"types.{seat.label}",
            )
    return found


def _type_of(seat: PricedSeat, types: Sequence[TypeTerms], name: str | None) -> TypeTerms:
    field = f"types.{seat.label}"
    if name is None:
        fitting = (kind for kind in types if kind.kind == PriceKind.AS_IS and _allows(kind, seat))
        kind = next(fitting, None) if types else NO_TYPE
    else:
        kind = next((kind for kind in types if kind.name == name), None)
    if kind is None:
        raise UnknownTicketType(field=field)
    if not _allows(kind, seat):
        raise TypeNotAllowed(f"{kind.name} is not for {seat.category} seats.", field=field)
    return kind


def _allows(kind: TypeTerms, seat: PricedSeat) -> bool:
    return not kind.categories or seat.category in kind.categories


def _price(base: Decimal, kind: TypeTerms, unit: Decimal) -> Decimal:
    if kind.kind == PriceKind.AMOUNT:
        return rounded(kind.value, unit)
    share = kind.value if kind.kind == PriceKind.SHARE else Decimal(100)
    return rounded(base * share / 100, unit)


def _discounts(
    lines: Sequence[Line], voucher: VoucherTerms | None, unit: Decimal
) -> dict[str, Decimal]:
    """Returns what the voucher takes off each line's price, by label."""
    if voucher is None:
        return {line.label: line.discount for line in lines}
    if voucher.kind == PriceKind.SHARE:
        return {line.label: rounded(line.price * voucher.value / 100, unit) for line in lines}
    prices = {line.label: line.price for line in lines}
    return spread(rounded(voucher.value, unit), prices, unit)


def spread(amount: Decimal, over: Mapping[str, Decimal], unit: Decimal) -> dict[str, Decimal]:
    """Returns shares of the amount in proportion to what they are taken `over`, of which none
    gets less than nothing. They add up exactly to the amount, or to all if that is less.

    What rounding leaves goes, a unit each, to those who lost most by it, then by label (Hamilton's
    method): the order of the parts does not matter.
    """
    everything = sum(over.values(), ZERO)
    if amount >= everything:
        return dict(over)
    exact = {label: amount * part / everything for label, part in over.items()}
    shares = {label: part.quantize(unit, ROUND_DOWN) for label, part in exact.items()}
    left = int((amount - sum(shares.values(), ZERO)) / unit)
    for label in sorted(over, key=lambda label: (shares[label] - exact[label], label))[:left]:
        shares[label] += unit
    return shares


def _taxed(line: Line, unit: Decimal) -> Line:
    tax = line.total * line.tax_rate / (100 + line.tax_rate)
    return replace(line, tax=rounded(tax, unit))
