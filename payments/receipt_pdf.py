"""Receipts and credit notes as PDF, in the customer's language and the fonts of the tickets."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bookings.tickets import pdf, qr
from bookings.tickets.pdf import directed
from bookings.tickets.words import Words
from core.mail.files import File
from payments.models import Receipt, ReceiptKind
from payments.providers.minor_units import from_minor
from payments.receipt_documents import method_of
from payments.receipt_lines import Line

TEMPLATE = Path(__file__).parent / "receipt.typ"


def draw(receipt: Receipt) -> File:
    """Returns a receipt, whose theater is read with it, as a PDF."""
    kind = receipt.kind.replace("_", "-")
    name = f"{kind}-{receipt.number}.pdf"
    return File(name, pdf.typeset(TEMPLATE, describe(receipt)), pdf.MEDIA_TYPE)


def describe(receipt: Receipt) -> dict[str, Any]:
    """Returns all texts that the template places, for JSON."""
    words, taxes = Words(receipt.language), receipt.taxes
    return {
        "language": words.language,
        "title": words(f"receipt.{receipt.kind}", number=receipt.number),
        "seller": _seller(receipt.seller, words),
        "corrects": _corrects(receipt, words),
        "facts": [[words(name), directed(text)] for name, text in _facts(receipt, words) if text],
        "heads": [words(f"receipt.{name}") for name in ("item", "rate", "gross")],
        "lines": [_line(line, receipt.currency, words) for line in receipt.lines],
        "total": [words("total"), _amount(receipt.amount, receipt.currency, words)],
        "tax_heads": [words(f"receipt.{name}") for name in ("rate", "net", "tax", "gross")],
        "taxes": [_tax(each, receipt.currency, words) for each in taxes if each["tax"]],
        "paid": words(f"receipt.{receipt.kind}_by", method=words.named(method_of(receipt))),
        "fiscal": _fiscal(receipt.fiscal, words),
    }


def _seller(seller: dict[str, str], words: Words) -> dict[str, Any]:
    tax = words.tax_id(seller.get("tax_id", ""))
    more = filter(None, (seller.get("legal_address", ""), tax))
    return {"name": directed(seller["legal_name"]), "more": [directed(each) for each in more]}


def _corrects(receipt: Receipt, words: Words) -> str:
    """Returns which receipt a credit note is about."""
    if receipt.kind != ReceiptKind.CREDIT_NOTE:
        return ""
    first = Receipt.objects.filter(payment=receipt.payment_id, kind=ReceiptKind.RECEIPT).first()
    return words("receipt.corrects", number=first.number) if first else ""


def _facts(receipt: Receipt, words: Words) -> list[tuple[str, str]]:
    sale = receipt.sale
    issued = receipt.issued_at.astimezone(ZoneInfo(receipt.theater.timezone))
    place = ", ".join(filter(None, (sale.get("theater", ""), sale.get("screen", ""))))
    return [
        ("receipt.date", f"{words.date(issued)}, {words.time(issued)}"),
        ("reference", sale.get("booking", "")),
        ("receipt.customer", receipt.customer.get("name", "")),
        ("receipt.show", sale.get("movie", "")),
        ("starts", _starts(sale, words)),
        ("receipt.place", place),
    ]


def _starts(sale: dict[str, str], words: Words) -> str:
    if "starts_at" not in sale:
        return ""
    starts_at = datetime.fromisoformat(sale["starts_at"])
    return f"{words.date(starts_at)}, {words.time(starts_at)}"


def _line(line: Line, currency: str, words: Words) -> list[Any]:
    what = words.named(f"receipt.item_{line['item']}")
    kind = words.named(line["category"]) if line.get("category") else ""
    seat = f"{words('seat')} {line['seat']}" if line.get("seat") else ""
    text = " · ".join(filter(None, (what, seat, kind, line.get("type", ""))))
    rate = f"{words.percent(Decimal(line['tax_rate']))}\N{NO-BREAK SPACE}%"
    return [directed(text), rate, _amount(line["gross"], currency, words)]


def _tax(tax: Line, currency: str, words: Words) -> list[str]:
    sums = [_amount(tax[name], currency, words) for name in ("net", "tax", "gross")]
    return [f"{words.percent(Decimal(tax['rate']))}\N{NO-BREAK SPACE}%", *sums]


def _fiscal(fiscal: dict[str, Any], words: Words) -> dict[str, Any]:
    code = fiscal.get("qr", "")
    return {
        "lines": [directed(line) for line in fiscal.get("lines", ())],
        "qr": qr.svg(code).decode() if code else "",
        "alt": words("receipt.qr"),
    }


def _amount(units: int, currency: str, words: Words) -> str:
    return words.amount(from_minor(units, currency), currency)
