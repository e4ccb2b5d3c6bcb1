"""The seat map and "my seats of this show" over HTTP."""

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import TooManyRequests
from core.http.fields import read
from core.http.proxies import client_address
from core.http.public_reads import PublicReadView
from core.openapi.documents import DocumentOutput
from core.openapi.schema import answers_with, fails
from core.throttling import count
from shows import holding, seatmap
from shows.api.seat_serializers import HoldInput
from shows.hold import HOLD, hold_document
from shows.labels import DuplicateSeats, TooManySeats
from users.access import caller

BAD_SEATS = (holding.UnknownSeats, DuplicateSeats, TooManySeats)
REFUSED = (
    holding.SeatsUnavailable,
    holding.ShowNotOnSale,
    holding.TooManyHolds,
    holding.HoldExhausted,
    holding.TooManySeatsHeldHere,
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The `ETag` of what you have."
)
SEAT_MAP_HEADERS = answers_with("ETag", "Cache-Control", statuses=(200, 304))


@extend_schema(tags=["Seats"])
class SeatMapView(PublicReadView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="get_seat_map",
        parameters=[IF_NONE_MATCH, *SEAT_MAP_HEADERS],
        responses={
            200: DocumentOutput(seatmap.SEAT_MAP),
            304: OpenApiResponse(description="Nothing changed"),
        },
    )
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All seats of a show. In row and number order, with all that is needed to draw them; it
        never says who has one. Poll it with `If-None-Match`."""
        body = seatmap.seat_map(pk)
        etag = seatmap.etag(body)
        if seatmap.matches(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
            answer = HttpResponse(status=304)
        else:
            answer = HttpResponse(body, content_type="application/json")
        answer.headers["ETag"] = etag
        answer.headers["Cache-Control"] = "no-cache"
        return answer


@extend_schema(tags=["Seats"], request=None, responses=DocumentOutput(HOLD))
class HoldView(APIView):
    @extend_schema(operation_id="get_hold")
    @fails(holding.HoldNotFound)
    def get(self, request: Request, pk: int) -> Response:
        """Your seats of this show. 404 `no_hold` when you hold none."""
        return Response(hold_document(holding.hold_of(user_id=caller(request).pk, show_id=pk)))

    @extend_schema(operation_id="hold_seats", request=HoldInput)
    @fails(*BAD_SEATS, *REFUSED, TooManyRequests)
    def put(self, request: Request, pk: int) -> Response:
        """Hold exactly these seats, all or none. What you had and still want is kept, what you no
        longer want is released. Lasts 8 minutes from the last change, at most 16 from the first;
        releasing or a lapse does not begin these anew, a booking or a pause of 16 minutes does.
        `expires_in` are the seconds left."""
        count(limit="hold", subject=str(caller(request).pk))
        labels = read(HoldInput, request)["seats"]
        hold = holding.hold_seats(
            user_id=caller(request).pk,
            show_id=pk,
            labels=labels,
            address=client_address(request),
        )
        return Response(hold_document(hold))

    @extend_schema(operation_id="release_seats", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Give your held seats back. They are free at once."""
        holding.release_hold(user_id=caller(request).pk, show_id=pk)
        return Response(status=204)
