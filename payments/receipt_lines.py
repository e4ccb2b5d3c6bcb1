"""What stands on a receipt: lines, and the tax in them by rate.

Amounts are whole minor units, tax included. A document closes the gap between what a booking's
tickets are worth now and what its earlier documents said of them, so all documents of a booking
together always say what it costs, with its tax, to the cent. What its money exceeds that gap by is
`on_account`: paid twice or too late, or given back in several parts. There is no tax in it, because
nothing was sold for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from payments.providers.minor_units import decimals

Line = dict[str, Any]
Known = Mapping[tuple[int, str], tuple[int, int]]
SOLD = "valid"
VOID = "void"


@dataclass(frozen=True, slots=True)
class Sold:
    """A ticket as it is now, with its amounts as they are stored."""

    id: int
    seat: str
    category: str
    type: str
    price: Decimal
    discount: Decimal
    fee: Decimal
    tax_rate: Decimal
    tax: Decimal
    kept: Decimal
    status: str


def lines_of(
    tickets: Iterable[Sold], earlier: Iterable[Line], *, amount: int, currency: str
) -> list[Line]:
    """Returns the lines of a document about so much money, negative if it is given back."""
    known = _known(earlier)
    lines = [line for ticket in tickets for line in _changes(ticket, known, currency)]
    rest = amount - sum(line["gross"] for line in lines)
    return [*lines, _line("on_account", rest, 0, Decimal(0))] if rest else lines


def taxes_of(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Returns the sums of the lines by rate, the lowest rate first."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in lines:
        for place, name in enumerate(("net", "tax", "gross")):
            sums[line["tax_rate"]][place] += line[name]
    return [
        {"rate": rate, "net": net, "tax": tax, "gross": gross}
        for rate, (net, tax, gross) in sorted(sums.items(), key=lambda each: Decimal(each[0]))
    ]


def _known(earlier: Iterable[Line]) -> Known:
    sums: dict[tuple[int, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for line in earlier:
        if "ticket" in line:
            part = (line["ticket"], line["item"])
            gross, tax = sums[part]
            sums[part] = (gross + line["gross"], tax + line["tax"])
    return sums


def _changes(ticket: Sold, known: Known, currency: str) -> Iterable[Line]:
    for item, worth, tax in _worth(ticket, currency):
        gross_before, tax_before = known.get((ticket.id, item), (0, 0))
        if (worth, tax) != (gross_before, tax_before):
            yield {
                **_line(item, worth - gross_before, tax - tax_before, ticket.tax_rate),
                "ticket": ticket.id,
                "seat": ticket.seat,
                "category": ticket.category,
                "type": ticket.type,
            }


def _worth(ticket: Sold, currency: str) -> list[tuple[str, int, int]]:
    """Returns what seat and fee cost now, and the tax in each. Of what a void ticket keeps, the fee
    comes first."""
    seat, fee = _units(ticket.price - ticket.discount, currency), _units(ticket.fee, currency)
    tax = _units(ticket.tax, currency)
    if ticket.status != SOLD:
        kept = _units(ticket.kept, currency) if ticket.status == VOID else 0
        fee = min(kept, fee)
        seat = kept - fee
        tax = _tax_in(kept, ticket.tax_rate)
    tax_of_fee = min(_tax_in(fee, ticket.tax_rate), tax)
    return [("ticket", seat, tax - tax_of_fee), ("booking_fee", fee, tax_of_fee)]


def _line(item: str, gross: int, tax: int, rate: Decimal) -> Line:
    amounts = {"net": gross - tax, "tax": tax, "gross": gross}
    return {"item": item, "tax_rate": f"{rate:.2f}", **amounts}


def _units(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(decimals(currency)).to_integral_value(ROUND_HALF_UP))


def _tax_in(gross: int, rate: Decimal) -> int:
    return int((gross * rate / (100 + rate)).to_integral_value(ROUND_HALF_UP))
