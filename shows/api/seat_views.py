"""The views of the seat map and of the customer's hold."""

import orjson
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import InvalidInput, TooManyRequests
from core.http.fields import read
from core.http.filters import read_filters
from core.http.proxies import client_address
from core.http.public_reads import PublicReadView, public_answer
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from core.throttling import count
from shows import choosing, holding, seatmap
from shows.api.filters import BEST_FILTERS, USUAL_PARTY
from shows.api.seat_serializers import HoldInput
from shows.best import Wish
from shows.hold import HOLD, hold_document
from shows.labels import DuplicateSeats, TooManySeats
from shows.models import Show
from users.access import caller

BAD_SEATS = (holding.UnknownSeats, DuplicateSeats, TooManySeats)
REFUSED = (
    holding.SeatsUnavailable,
    choosing.SingleSeatLeft,
    holding.ShowNotOnSale,
    holding.TooManyHolds,
    holding.HoldExhausted,
    holding.TooManySeatsHeldHere,
)


@extend_schema(tags=["Seats"])
class SeatMapView(PublicReadView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="get_seat_map", responses=DocumentOutput(seatmap.SEAT_MAP))
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All seats of a show. By row and number, with all that is needed to draw them, but never
        with who has one. Poll it: 304 while nothing has changed, lapsed holds included."""
        return public_answer(request, seatmap.seat_map(pk))


@extend_schema(tags=["Seats"])
class BestSeatsView(PublicReadView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="get_best_seats",
        parameters=[
            OpenApiParameter(name, each.kind.shape, description=each.help)
            for name, each in BEST_FILTERS.items()
        ],
        responses=DocumentOutput(choosing.BEST),
    )
    @fails(InvalidInput)
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The best seats that are free. Side by side, nearest to two thirds back in the middle, and
        leaving no single seat if that can be avoided; empty if there are not so many together.
        Nothing is held."""
        asked = read_filters(BEST_FILTERS, request.query_params)  # type: ignore[attr-defined]
        wish = Wish(
            party=asked.get("seats", USUAL_PARTY),
            category=asked.get("category", ""),
            is_accessible=asked.get("accessible", False),
        )
        return public_answer(request, orjson.dumps(choosing.best_of_show(pk, wish)))


@extend_schema(tags=["Seats"])
class HoldListView(GenericAPIView[Show]):
    queryset = Show.objects.all()
    ordering_fields = ["expires_at", "starts_at"]
    ordering = ["expires_at", "pk"]

    @extend_schema(operation_id="list_holds", responses=DocumentOutput(HOLD, many=True))
    def get(self, request: Request) -> Response:
        """Your holds on all shows. What lapses first comes first; an empty list if you have none.
        `starts_at` is the show's."""
        shows = self.filter_queryset(Show.objects.held_by(caller(request)))
        page = self.paginate_queryset(shows.values_list("pk", flat=True)) or []
        holds = holding.holds_of(user_id=caller(request).pk, shows=page)
        return self.get_paginated_response([hold_document(hold) for hold in holds])


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
        """Hold exactly these seats, all or none. Seats that you hold and still want are kept, all
        others are released. A hold lasts 8 minutes from the last change, but at most 16 from the
        first; neither a release nor a lapse restarts these 16 minutes, only a booking or a pause of
        16 minutes. `expires_in` is the number of seconds left."""
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
        """Release your held seats. They are free at once."""
        holding.release_hold(user_id=caller(request).pk, show_id=pk)
        return Response(status=204)
