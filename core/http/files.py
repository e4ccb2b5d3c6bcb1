"""Files beside JSON: clients ask for their media type, the view writes them."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from rest_framework.renderers import BaseRenderer


class Pdf(BaseRenderer):
    """Lets clients ask for a PDF."""

    media_type = "application/pdf"
    format = "pdf"


class Csv(BaseRenderer):
    """Lets clients ask for CSV."""

    media_type = "text/csv"
    format = "csv"


def csv_file(name: str, rows: Iterable[Sequence[str]], *, begins: str = "") -> HttpResponse:
    """Return the rows as a file to save, after what it `begins` with."""
    answer = HttpResponse(begins, content_type=f"{Csv.media_type}; charset=utf-8")
    csv.writer(answer).writerows(rows)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
