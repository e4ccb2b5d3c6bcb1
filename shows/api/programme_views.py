"""The view of a day's programme."""

import orjson
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny

from core.failures import InvalidInput
from core.http.filters import DAY, Filter, read_filters
from core.http.public_reads import PublicReadView, public_answer
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from shows.api.filters import FILTERS
from shows.programme import PROGRAMME, programme

WHERE_AND_WHEN = {
    "theater": FILTERS["theater"],
    "city": FILTERS["city"],
    "date": Filter(DAY, "The theater's local day; today when left out."),
}


@extend_schema(tags=["Shows"])
class ProgrammeView(PublicReadView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="get_programme",
        parameters=[
            OpenApiParameter(name, each.kind.shape, description=each.help)
            for name, each in WHERE_AND_WHEN.items()
        ],
        responses=DocumentOutput(PROGRAMME),
    )
    @fails(InvalidInput)
    def get(self, request: HttpRequest) -> HttpResponse:
        """What is on, on one day. Each film once, with the shows that have not started, by theater:
        in one of them, in a city, or everywhere. There are no pages."""
        where = read_filters(WHERE_AND_WHEN, request.query_params)  # type: ignore[attr-defined]
        return public_answer(request, orjson.dumps(programme(where)))
