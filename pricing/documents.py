"""A quote as clients see it."""

from typing import Any

from core.postgres.documents import (
    Document,
    Field,
    Many,
    integer,
    money,
    text,
)
from pricing.quote import Line
from pricing.quoting import Offer
from shows.documents import CURRENCY, category, seat_label

TYPE = text(example="Adult", description="Empty if the theater has no ticket types.")
QUOTED_SEAT = Document(
    "QuotedSeat",
    {
        "seat": seat_label(example="A1"),
        "category": category(),
        "type": TYPE,
        "price": money(example="12.50"),
        "discount": money(example="1.25"),
        "fee": money(example="0.50"),
        "tax": money(example="0.77"),
    },
)
CHILD = {"seat": "A2", "type": "Child", "price": "6.25", "discount": "0.63", "tax": "0.40"}
QUOTED_VOUCHER = Document(
    "QuotedVoucher",
    {
        "code": text(example="SAVE10", description="Empty if none is used."),
        "uses_left": Field(
            {
                "type": ["integer", "null"],
                "description": "How often this customer can use it; null: as often as they like.",
            },
            1,
        ),
    },
)
OFFERED_PROVIDER = Document(
    "OfferedProvider",
    {
        "provider": text(example="stripe"),
        "is_test": Field({"type": "boolean", "description": "No real money moves."}, False),
    },
)
PAY = {"type": "array", "items": {"type": "string", "enum": ["online", "counter"]}}
QUOTE = Document(
    "Quote",
    {
        "lines": Many(QUOTED_SEAT, [QUOTED_SEAT.example, QUOTED_SEAT.example | CHILD]),
        "discount": money(example="1.88", digits=8),
        "fees": money(example="1.00", digits=8),
        "tax": money(example="1.17", digits=8),
        "total": money(example="17.87", digits=8),
        "currency": CURRENCY,
        "voucher": QUOTED_VOUCHER,
        "pay": Field({**PAY, "description": "Where it can be paid."}, ["online", "counter"]),
        "pay_within": integer(
            example=15, description="What is paid online has to be paid within so many minutes."
        ),
        "providers": Many(OFFERED_PROVIDER, [OFFERED_PROVIDER.example]),
    },
)


def quote_document(offer: Offer) -> dict[str, Any]:
    """Returns a quote as QUOTE describes it, for orjson."""
    quote = offer.quote
    return {
        "lines": [_line(line) for line in quote.lines],
        "discount": f"{quote.discount:.2f}",
        "fees": f"{quote.fees:.2f}",
        "tax": f"{quote.tax:.2f}",
        "total": f"{quote.total:.2f}",
        "currency": quote.currency,
        "voucher": {"code": offer.voucher, "uses_left": offer.uses_left},
        "pay": list(offer.pay),
        "pay_within": offer.pay_within,
        "providers": [each._asdict() for each in offer.providers],
    }


def _line(line: Line) -> dict[str, str]:
    return {
        "seat": line.label,
        "category": line.category,
        "type": line.type,
        "price": f"{line.price:.2f}",
        "discount": f"{line.discount:.2f}",
        "fee": f"{line.fee:.2f}",
        "tax": f"{line.tax:.2f}",
    }
