"""The views of reports, each as JSON and as CSV, for those who run a theater."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import InvalidInput
from core.http.files import Csv
from core.http.filters import ID, USUAL_DAY, Filter, one_of, read_filters
from core.http.json import FastJSONRenderer
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from reports.documents import REPORTS, csv_of
from reports.kinds import KINDS, Kind
from reports.reading import read_report
from theaters.policy import Action
from users.access import IsAllowed, caller


class ReportView(APIView):
    """A report of the theaters that the caller runs."""

    takes = Action.RUN
    permission_classes = [IsAllowed]
    kind: Kind

    def report(self, request: Request) -> dict[str, Any]:
        wish = read_filters(filters_of(self.kind), request.query_params)
        return read_report(
            user=caller(request),
            kind=self.kind,
            first=wish.get("from"),
            last=wish.get("to"),
            by=wish.get("by", self.kind.splits[0]),
            theater=wish.get("theater"),
        )


def filters_of(kind: Kind) -> dict[str, Filter]:
    """What a report can be asked."""
    return {
        "from": Filter(USUAL_DAY, "The first day; of this month, if none is named."),
        "to": Filter(USUAL_DAY, "The last day; today. At most 366 days, or 31 by show."),
        "by": Filter(one_of(kind.splits), f"What a row is of; `{kind.splits[0]}`."),
        "theater": Filter(ID, "Of this theater only."),
    }


def _views_of(name: str, kind: Kind) -> dict[str, type[ReportView]]:
    """Makes the two views of a report, by their addresses."""
    parameters = [
        OpenApiParameter(each, one.kind.shape, description=one.help)
        for each, one in filters_of(kind).items()
    ]
    failing = fails(InvalidInput)

    def get(self: ReportView, request: Request) -> Response:
        return Response(self.report(request))

    def get_csv(self: ReportView, request: Request) -> HttpResponse:
        return csv_of(name, kind, self.report(request))

    get.__doc__ = f"{kind.title}. {kind.says}"
    get_csv.__doc__ = f"{kind.title} as CSV. In UTF-8 with a byte order mark, for spreadsheets."
    of_json = extend_schema(
        tags=["Running a theater"],
        operation_id=f"report_{name}",
        parameters=parameters,
        responses=DocumentOutput(REPORTS[name]),
    )(failing(get))
    of_csv = extend_schema(
        tags=["Running a theater"],
        operation_id=f"export_{name}",
        parameters=parameters,
        responses={(200, Csv.media_type): str},
    )(failing(get_csv))
    title = name.capitalize()
    return {
        f"{name}/": type(f"{title}ReportView", (ReportView,), {"kind": kind, "get": of_json}),
        f"{name}.csv": type(
            f"{title}ReportCsvView",
            (ReportView,),
            {"kind": kind, "get": of_csv, "renderer_classes": [FastJSONRenderer, Csv]},
        ),
    }


VIEWS = {
    address: view for name, kind in KINDS.items() for address, view in _views_of(name, kind).items()
}
