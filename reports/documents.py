"""Reports as clients see them."""

from typing import Any

from django.http import HttpResponse

from core.http.files import csv_file
from core.postgres.documents import Document, Field, Fields, Many, integer, text
from core.text import harmless
from reports.kinds import KINDS, Figure, Kind

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets read UTF-8 as something else
AMOUNT = {"type": "string", "pattern": r"^-?[0-9]{1,14}\.[0-9]{2}$"}
A_DAY = {"type": "string", "format": "date"}
CURRENCY = text(example="EUR", pattern="^[A-Z]{3}$")


def _figure(figure: Figure) -> Field:
    if figure.is_money:
        return Field({**AMOUNT, "description": figure.says}, "1250.00")
    return integer(example=100, minimum=0, description=figure.says)


def _document(name: str, kind: Kind) -> Document:
    figures: Fields = {each: _figure(figure) for each, figure in kind.figures.items()}
    beside: Fields = {each: text(example="Dune") for each in kind.beside}
    title = name.capitalize()
    row = Document(
        f"{title}ReportRow",
        {
            "key": text(example="2026-12-31", description="The day, or the id, or the word."),
            "name": text(example="2026-12-31", description="The same for people."),
            **beside,
            "currency": CURRENCY,
            **figures,
        },
    )
    totals = Document(f"{title}ReportTotal", {"currency": CURRENCY, **figures})
    return Document(
        f"{title}Report",
        {
            "from": Field(A_DAY, "2026-12-01"),
            "to": Field(A_DAY, "2026-12-31"),
            "by": text(example=kind.splits[0]),
            "rows": Many(row, [row.example]),
            "totals": Many(totals, [totals.example]),
        },
    )


REPORTS = {name: _document(name, kind) for name, kind in KINDS.items()}


def csv_of(name: str, kind: Kind, report: dict[str, Any]) -> HttpResponse:
    """Returns a report as a file for spreadsheets, which take no text in it for a formula."""
    columns = ["key", "name", *kind.beside, "currency", *kind.figures]
    texts = {"key", "name", *kind.beside}
    rows = (
        [harmless(row[each]) if each in texts else str(row[each]) for each in columns]
        for row in report["rows"]
    )
    file = f"{name}-{report['from']}-{report['to']}.csv"
    return csv_file(file, [columns, *rows], begins=BYTE_ORDER_MARK)
