"""Tickets as a PDF: one page each, tagged, in the fonts that lie beside.

The page is 105 × 210 mm: a phone shows it in its full width, and A4 and Letter take it as it is.
The template gets everything as JSON, so that no text can become markup (see docs/decisions/).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from bookings.tickets import qr
from bookings.tickets.facts import Admission, Paper
from bookings.tickets.words import Words

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).parent
TEMPLATE = HERE / "ticket.typ"
LABEL = re.compile(r"([A-Z]+)([0-9]+)")
MEDIA_TYPE = "application/pdf"


def draw(paper: Paper) -> bytes:
    """Returns the tickets as a PDF."""
    return typeset(TEMPLATE, describe(paper))


def typeset(template: Path, texts: dict[str, Any]) -> bytes:
    """Returns the template with the texts (PDF/UA-1, or plain if a character is in none of the
    fonts)."""
    import typst

    data = {"data": orjson.dumps(texts).decode()}
    try:
        return compiled(data, template, pdf_standards=["ua-1"])
    except typst.TypstError:
        return compiled(data, template)


def compiled(data: dict[str, str], template: Path = TEMPLATE, **options: Any) -> bytes:
    """Returns the template with the data. Raises typst.TypstError."""
    import typst

    fonts = _fonts()
    compiler = typst.Compiler(root=template.parent, font_paths=fonts, ignore_system_fonts=True)
    drawn = compiler.compile(template, format="pdf", sys_inputs=data, **options)
    if not isinstance(drawn, bytes):
        raise TypeError("a PDF is one file")
    return drawn


@cache
def _fonts() -> "typst.Fonts":
    """Returns the fonts beside this module, of which each is read once, when it is first needed."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"]
    )


def describe(paper: Paper) -> dict[str, Any]:
    """Returns all texts that the template places, for JSON."""
    words, show, seller = Words(paper.language), paper.show, paper.seller
    has_fee = any(ticket.fee for ticket in paper.tickets)
    return {
        "language": words.language,
        "document": words("tickets", title=show.title),
        "theater": directed(paper.place.name),
        "address": directed(paper.place.address),
        "title": directed(show.title),
        "details": [directed(detail) for detail in show.details],
        "date": words.date(show.starts_at),
        "starts": words("starts"),
        "time": words.time(show.starts_at),
        "until": words("until", time=words.time(show.ends_at)),
        "due": words("due", due=words.amount(paper.due, paper.currency)) if paper.due else "",
        "reference": [words("reference"), paper.reference],
        "seller": directed(words.sold_by(seller.legal_name, seller.legal_address, seller.tax_id)),
        "terms": words.terms(paper.terms.steps, with_fee=paper.terms.with_fee, fee=has_fee),
        "once": words("once"),
        "tickets": [_ticket(ticket, paper, words) for ticket in paper.tickets],
    }


def _ticket(ticket: Admission, paper: Paper, words: Words) -> dict[str, Any]:
    places = [[words("screen"), directed(paper.show.screen)]]
    places += [[name, directed(value)] for name, value in _seat(ticket.label, words)]
    kinds = [[words("category"), directed(words.named(ticket.category))]]
    kinds += [[words("type"), directed(ticket.type)]] if ticket.type else []
    return {
        "number": words("ticket", number=ticket.number, count=len(paper.tickets)),
        "places": places,
        "kinds": kinds,
        "qr": qr.svg(ticket.token).decode(),
        "alt": words("qr", label=ticket.label, code=ticket.code),
        "lines": _lines(ticket, paper.currency, words),
        "total": [words("total"), words.amount(ticket.total, paper.currency)],
        "tax": words(
            "tax",
            rate=words.percent(ticket.tax_rate),
            tax=words.amount(ticket.tax, paper.currency),
        )
        if ticket.tax_rate
        else "",
    }


def _seat(label: str, words: Words) -> list[tuple[str, str]]:
    """Returns row and number, of a label such as H7."""
    match = LABEL.fullmatch(label)
    if match is None:
        return [(words("seat"), label)]
    return [(words("row"), match[1]), (words("seat"), match[2])]


def _lines(ticket: Admission, currency: str, words: Words) -> list[tuple[str, str]]:
    """Returns of what the total is made, if of more than a price."""
    if not (ticket.discount or ticket.fee):
        return []
    lines = [("price", ticket.price), ("discount", -ticket.discount), ("fee", ticket.fee)]
    return [(words(name), words.amount(value, currency)) for name, value in lines if value]


def directed(text: str) -> dict[str, str]:
    """Returns a text of somebody's with the direction in which its script is read."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return {"text": " ".join(text.split()), "dir": "ltr" if first == "L" else "rtl"}
