"""The seat map and "my seats of this show" over HTTP."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.negotiation import is_plain
from core.throttling import count
from shows import holding, seatmap
from shows.seat_serializers import HoldInput, HoldOutput, SeatMapOutput, hold_document
from users.authentication import caller


@extend_schema(tags=["Seats"])
class SeatMapView(APIView):
    permission_classes = [AllowAny]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answers the usual question at once, without what REST framework would prepare for it."""
        if request.method == "GET" and is_plain(request):
            return self.get(request, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    @extend_schema(operation_id="seat_map", responses=SeatMapOutput)
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All seats of a show, to draw and to choose from; poll it with `If-None-Match`."""
        body = seatmap.seat_map(pk)
        etag = seatmap.etag(body)
        if seatmap.matches(request.headers.get("If-None-Match", ""), etag):
            answer = HttpResponse(status=304)
        else:
            answer = HttpResponse(body, content_type="application/json")
        answer.headers["ETag"] = etag
        answer.headers["Cache-Control"] = "no-cache"
        return answer


@extend_schema(tags=["Seats"], responses=HoldOutput)
class HoldView(APIView):
    @extend_schema(operation_id="hold_show")
    def get(self, request: Request, pk: int) -> Response:
        """The seats of the show that you hold."""
        return Response(hold_document(holding.hold_of(user_id=caller(request).pk, show_id=pk)))

    @extend_schema(operation_id="hold_put", request=HoldInput)
    def put(self, request: Request, pk: int) -> Response:
        """Make your hold exactly these seats, all or none."""
        count(limit="hold", subject=str(caller(request).pk))
        data = HoldInput(data=request.data)
        data.is_valid(raise_exception=True)
        labels = data.validated_data["seats"]
        hold = holding.hold_seats(user_id=caller(request).pk, show_id=pk, labels=labels)
        return Response(hold_document(hold))

    @extend_schema(operation_id="hold_release", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Give your held seats of the show back."""
        holding.release_hold(user_id=caller(request).pk, show_id=pk)
        return Response(status=204)
