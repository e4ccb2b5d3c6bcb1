"""The office's page of reports: a table with bars, a chart of days, and the same as CSV."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from core.failures import InvalidInput
from core.office.lists import NoSuchList
from core.office.pages import Pages
from reports.documents import csv_of
from reports.kinds import DAYS, KINDS, Kind
from reports.models import Report
from reports.reading import read_report, usual_days
from theaters.models import Theater
from theaters.policy import Action

NAMES = {
    "day": "day",
    "week": "week",
    "month": "month",
    "film": "film",
    "theater": "theater",
    "screen": "screen",
    "show": "show",
    "channel": "channel",
    "ticket_type": "ticket type",
    "provider": "way of paying",
    "reason": "reason",
    "method": "cash or card",
    "cashier": "who took it",
}
ASKED = {"report", "by", "first", "last", "theater", "csv"}
UNNAMED = "–"
CHART_WIDTH, CHART_HEIGHT, MOST_COLUMNS = 960, 160, 92


class Question(forms.Form):
    """What a report is asked."""

    by = forms.ChoiceField(label="A row for each", required=False)
    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    theater = forms.ModelChoiceField(
        Theater.objects.none(), required=False, empty_label="All theaters"
    )

    def __init__(self, kind: Kind, theaters: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by, theater = self.fields["by"], self.fields["theater"]
        by.choices = [(each, NAMES[each]) for each in kind.splits]  # type: ignore[attr-defined]
        theater.queryset = theaters  # type: ignore[attr-defined]


@admin.register(Report)
class ReportPage(Pages):
    """One page for all reports."""

    takes: ClassVar[dict[str, str]] = {"view": Action.RUN}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Answers the question in the query, for this month if it names no days."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not request.GET.keys() <= ASKED:
            messages.warning(request, NoSuchList().detail)
            return redirect(request.path)
        name = request.GET.get("report", "sales")
        name = name if name in KINDS else "sales"
        kind, asked = KINDS[name], _asked(request, name)
        report: dict[str, Any] | None = None
        if asked.is_valid():
            try:
                report = _read(request, kind, asked.cleaned_data)
            except InvalidInput as failure:
                asked.add_error(None, failure.detail)
        if report and "csv" in request.GET:
            return csv_of(name, kind, report)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": kind.title,
            "kind": kind,
            "tabs": [(each, one.title, each == name) for each, one in KINDS.items()],
            "name": name,
            "form": asked,
            "csv": urlencode({**request.GET.dict(), "report": name, "csv": "1"}),
            **(_table(kind, report) if report else {}),
        }
        return TemplateResponse(request, "reports/report.html", context)


def _asked(request: HttpRequest, name: str) -> Question:
    first, last = usual_days(None, None)
    usual = {"by": KINDS[name].splits[0], "first": first, "last": last}
    theaters = Theater.objects.where_may(request.user, Action.RUN)  # type: ignore[arg-type]
    given = {key: value for key, value in request.GET.dict().items() if value}
    if given.get("by") not in KINDS[name].splits:
        given.pop("by", None)
    return Question(KINDS[name], theaters, {**usual, **given})


def _read(request: HttpRequest, kind: Kind, wish: dict[str, Any]) -> dict[str, Any]:
    theater = wish["theater"]
    return read_report(
        user=request.user,  # type: ignore[arg-type]
        kind=kind,
        first=wish["first"],
        last=wish["last"],
        by=wish["by"],
        theater=theater and theater.pk,
    )


def _table(kind: Kind, report: dict[str, Any]) -> dict[str, Any]:
    """Returns what the template draws: heads, rows of cells with the length of a bar, totals."""
    rows = report["rows"]
    most = max((abs(float(row[kind.drawn])) for row in rows), default=0) or 1
    figures = list(kind.figures)
    return {
        "heads": [
            (figure.replace("_", " "), kind.figures[figure].says, figure == kind.drawn)
            for figure in figures
        ],
        "beside": list(kind.beside),
        "rows": [
            {
                "name": row["name"] or UNNAMED,
                "beside": [row[each] or UNNAMED for each in kind.beside],
                "currency": row["currency"],
                "figures": [row[each] for each in figures],
                "bar": round(100 * abs(float(row[kind.drawn])) / most, 1),
            }
            for row in rows
        ],
        "totals": [
            (total["currency"], [total[each] for each in figures]) for total in report["totals"]
        ],
        "by": NAMES[report["by"]],
        "chart": _chart(kind, report) if report["by"] in DAYS and not kind.beside else None,
    }


def _chart(kind: Kind, report: dict[str, Any]) -> dict[str, Any] | None:
    """Returns a column for each day, week or month, if they fit and are of one currency."""
    rows = report["rows"]
    heights = {row["key"]: (float(row[kind.drawn]), row[kind.drawn]) for row in rows}
    names = _days(report) if report["by"] == "day" else list(heights)
    if not 1 < len(names) <= MOST_COLUMNS or len({row["currency"] for row in rows}) != 1:
        return None
    most, says = max(heights.values())
    step, scale = CHART_WIDTH / len(names), CHART_HEIGHT / (most if most > 0 else 1)
    columns = []
    for place, name in enumerate(names):
        value, text = heights.get(name, (0, "0"))
        height = round(max(0.0, value) * scale, 1)
        columns.append(
            {
                "x": round(step * (place + 0.1), 1),
                "y": round(CHART_HEIGHT - height, 1),
                "width": round(step * 0.8, 1),
                "height": height,
                "says": f"{name}: {text}",
            }
        )
    return {
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
        "figure": kind.drawn.replace("_", " "),
        "most": says,
        "columns": columns,
        "first": names[0],
        "last": names[-1],
    }


def _days(report: dict[str, Any]) -> list[str]:
    """Returns the days that were asked for, also those without a row."""
    first, last = (date.fromisoformat(report[end]) for end in ("from", "to"))
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
