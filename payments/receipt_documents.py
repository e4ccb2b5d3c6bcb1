"""Receipts as clients see them, and as accountants import them."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from core.postgres.documents import Document, Field, Many, Shape, identifier, integer, one_of, text
from core.text import harmless
from payments.models import Receipt, ReceiptKind
from payments.providers.minor_units import from_minor
from payments.receipt_lines import Line
from shows.documents import CURRENCY

AMOUNT: Shape = {
    "type": "string",
    "pattern": r"^-?[0-9]{1,16}\.[0-9]{2}$",
    "description": "Negative in a credit note.",
}
SUMS = {
    "net": Field(AMOUNT, "10.00"),
    "tax": Field(AMOUNT, "0.70"),
    "gross": Field(AMOUNT, "10.70"),
}
LINE = Document(
    "ReceiptLine",
    {
        "item": text(
            example="ticket",
            description="`ticket`, `booking_fee`, or `on_account`: money for which nothing was "
            "sold, such as what came twice. Others may be added.",
        ),
        "seat": text(example="A1", description="Empty if it is for none."),
        "category": text(example="standard"),
        "type": text(example="Adult", description="The ticket type; empty where there are none."),
        "tax_rate": text(example="7.00", description="Percent."),
        **SUMS,
    },
)
TAX = Document("ReceiptTax", {"rate": text(example="7.00"), **SUMS})
SELLER = Document(
    "ReceiptSeller",
    {
        "legal_name": text(example="Babylon Kino GmbH"),
        "legal_address": text(example="Rosa-Luxemburg-Straße 30, 10178 Berlin"),
        "tax_id": text(example="DE123456789"),
        "terms_url": text(example="https://babylon.example.com/terms"),
        "privacy_url": text(example="https://babylon.example.com/privacy"),
    },
)
FISCAL = Document(
    "ReceiptFiscal",
    {
        "lines": Field(
            {
                "type": "array",
                "items": {"type": "string"},
                "description": "What the law on cash registers wants printed.",
            },
            [],
        ),
        "qr": text(example="", description="The text of a QR code; empty if there is none."),
    },
)
RECEIPT = Document(
    "Receipt",
    {
        "id": identifier(example=31),
        "number": integer(example=17, description="Consecutive within the theater."),
        "kind": one_of(ReceiptKind.choices, "", example="receipt"),
        "issued_at": Field(
            {"type": "string", "format": "date-time"}, "2026-12-31T18:04:11.271828+01:00"
        ),
        "booking": text(example="K7M2QX9RTA"),
        "movie_title": text(example="Metropolis"),
        "starts_at": text(example="2026-12-31T20:15:00+01:00"),
        "seller": SELLER,
        "customer": text(example="Alice", description="A name; empty if nobody gave one."),
        "payment_method": text(example="stripe", description="The provider, or cash or card."),
        "amount": Field(AMOUNT, "10.70"),
        "currency": CURRENCY,
        "lines": Many(LINE, [LINE.example]),
        "taxes": Many(TAX, [TAX.example]),
        "fiscal": FISCAL,
    },
)
COLUMNS = (
    "date", "number", "kind", "booking", "item", "seat", "type", "net", "tax_rate", "tax", "gross",
    "currency", "payment_method",
)  # fmt: skip


def receipt_document(receipt: Receipt) -> dict[str, object]:
    """Returns a receipt, with its theater, as RECEIPT describes it."""
    zone, currency = ZoneInfo(receipt.theater.timezone), receipt.currency
    return {
        "id": receipt.pk,
        "number": receipt.number,
        "kind": receipt.kind,
        "issued_at": receipt.issued_at.astimezone(zone).isoformat(),
        "booking": receipt.sale.get("booking", ""),
        "movie_title": receipt.sale.get("movie", ""),
        "starts_at": receipt.sale.get("starts_at", ""),
        "seller": {name: receipt.seller.get(name, "") for name in SELLER.fields},
        "customer": receipt.customer.get("name", ""),
        "payment_method": method_of(receipt),
        "amount": written(receipt.amount, currency),
        "currency": currency,
        "lines": [_line(each, currency) for each in receipt.lines],
        "taxes": [{"rate": each["rate"], **_sums(each, currency)} for each in receipt.taxes],
        "fiscal": {"lines": [], "qr": "", **receipt.fiscal},
    }


def rows_for_accountants(receipts: Iterable[Receipt]) -> Iterator[list[str]]:
    """Yields the heads of the columns, then a row for each line of each receipt."""
    yield list(COLUMNS)
    for receipt in receipts:
        zone = ZoneInfo(receipt.theater.timezone)
        for line in receipt.lines:
            values = {
                **_line(line, receipt.currency),
                "date": receipt.issued_at.astimezone(zone).date().isoformat(),
                "number": str(receipt.number),
                "kind": receipt.kind,
                "booking": receipt.sale.get("booking", ""),
                "currency": receipt.currency,
                "payment_method": method_of(receipt),
            }
            yield [harmless(values[column]) for column in COLUMNS]


def method_of(receipt: Receipt) -> str:
    """Returns how the money came: cash or card at the counter, else the provider."""
    return str(receipt.sale.get("method") or receipt.sale.get("provider", ""))


def written(amount: int, currency: str) -> str:
    """Returns so many minor units as clients read amounts."""
    return f"{from_minor(amount, currency):.2f}"


def _line(line: Line, currency: str) -> dict[str, str]:
    words = {name: line.get(name, "") for name in ("item", "seat", "category", "type", "tax_rate")}
    return {**words, **_sums(line, currency)}


def _sums(sums: Line, currency: str) -> dict[str, str]:
    return {name: written(sums[name], currency) for name in SUMS}
