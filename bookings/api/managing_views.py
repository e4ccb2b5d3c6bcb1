"""The views of bookings for those who run the theater."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import (
    cancelling,
    cancelling_shows,
    moving,
)
from bookings.api.serializers import (
    ShowCancelInput,
    ShowMoveInput,
)
from bookings.api.views import BaseBookingListView
from bookings.documents import BOOKING_WITH_CUSTOMER
from bookings.models import Booking, BookingQuerySet
from bookings.refund_policy import TooLate
from core.failures import InvalidInput, NotFound
from core.http.fields import read
from core.http.idempotency import Answer, answer_once
from core.openapi.documents import DocumentOutput
from core.openapi.schema import IDEMPOTENCY_KEY, IDEMPOTENT, fails
from shows.documents import SHOW, one_show
from shows.models import Show
from shows.scheduling import AlreadyCancelled, HasStarted, ScreenOverlap
from shows.start_times import AmbiguousLocalTime, InThePast, NonexistentLocalTime, TooFarAhead
from theaters.models import Theater
from theaters.policy import Action
from users.access import IsAllowed, caller

PERCENT = re.compile("[0-9]{1,2}|100", re.ASCII)
BAD_TIME = (NonexistentLocalTime, AmbiguousLocalTime, InThePast, TooFarAhead)


class ManagedBookingListView(BaseBookingListView):
    """Bookings with their customers, for those who run the theater."""

    takes = Action.SELL
    permission_classes = [IsAllowed]

    def page_with_customers(self, bookings: BookingQuerySet) -> Response:
        return self.page_of(bookings, with_customer=True)


@extend_schema(tags=["Running a theater"])
class TheaterBookingListView(ManagedBookingListView):
    @extend_schema(
        operation_id="list_theater_bookings",
        responses=DocumentOutput(BOOKING_WITH_CUSTOMER, many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """Bookings in one of your theaters. Newest first, with their customers."""
        if not Theater.objects.where_may(caller(request), self.takes).filter(pk=pk).exists():
            raise NotFound
        return self.page_with_customers(Booking.objects.filter(show__screen__theater=pk))


@extend_schema(tags=["Running a theater"])
class ShowBookingListView(ManagedBookingListView):
    @extend_schema(
        operation_id="list_show_bookings",
        responses=DocumentOutput(BOOKING_WITH_CUSTOMER, many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """Bookings of one of your shows. Newest first, with their customers."""
        if not Show.objects.where_may(caller(request), self.takes).filter(pk=pk).exists():
            raise NotFound
        return self.page_with_customers(Booking.objects.filter(show=pk))


def _relief_in(query: Mapping[str, str]) -> cancelling_shows.Relief:
    """Returns what a dry run is about."""
    vouchers = query.get("vouchers", "false")
    share = query.get("share", "0" if vouchers == "true" else "100")
    if vouchers not in ("true", "false"):
        raise InvalidInput("Send `true` or `false`.", field="vouchers")
    if not PERCENT.fullmatch(share):
        raise InvalidInput("Send a whole number from 0 to 100.", field="share")
    return cancelling_shows.Relief(int(share), vouchers == "true")


@extend_schema(tags=["Running a theater"])
class ShowCancelView(APIView):
    takes = Action.SCHEDULE
    permission_classes = [IsAllowed]

    @extend_schema(
        operation_id="quote_cancelled_show",
        parameters=[
            OpenApiParameter("share", {"type": "integer", "minimum": 0, "maximum": 100}),
            OpenApiParameter("vouchers", {"type": "boolean"}),
        ],
        responses=DocumentOutput(cancelling_shows.SHOW_QUOTE),
    )
    @fails(InvalidInput, cancelling_shows.NotStarted)
    def get(self, request: Request, pk: int) -> Response:
        """What cancelling a show would do. How many bookings and tickets it has, and what would be
        given back, fees included; with `share` and `vouchers`, of a show that was broken off."""
        relief = _relief_in(request.query_params)
        quote = cancelling_shows.quote_show(user=caller(request), show_id=pk, relief=relief)
        return Response(quote)

    @extend_schema(
        operation_id="cancel_show",
        parameters=[IDEMPOTENCY_KEY],
        request=ShowCancelInput,
        responses=DocumentOutput(SHOW),
    )
    @fails(
        AlreadyCancelled,
        TooLate,
        cancelling.RefundChanged,
        cancelling_shows.NotStarted,
        *IDEMPOTENT,
    )
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Cancel a show. Cancels all its live bookings, too; their customers are mailed, and
        everything that they paid is given back, until 14 days after the show's end. Of one that has
        started and was broken off, a `share` of the prices, or `vouchers` for the rest; used
        tickets count as well."""
        wish = read(ShowCancelInput, request)
        return answer_once(request, partial(self.cancel, request, pk, wish))

    def cancel(self, request: Request, pk: int, wish: dict[str, Any]) -> Answer:
        vouchers = wish.pop("vouchers", False)
        relief = cancelling_shows.Relief(wish.pop("share", 0 if vouchers else 100), vouchers)
        cancelling_shows.cancel_show(user=caller(request), show_id=pk, **wish, relief=relief)
        return Answer(orjson.dumps(one_show(pk)))


@extend_schema(tags=["Running a theater"])
class ShowMoveView(APIView):
    takes = Action.SCHEDULE
    permission_classes = [IsAllowed]

    @extend_schema(
        operation_id="move_show",
        parameters=[IDEMPOTENCY_KEY],
        request=ShowMoveInput,
        responses=DocumentOutput(SHOW),
    )
    @fails(*BAD_TIME, AlreadyCancelled, HasStarted, ScreenOverlap, *IDEMPOTENT)
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Move a sold show. Its customers keep their seats; if it moves by more than 30 minutes,
        they are mailed, and may cancel until the start and get everything back."""
        wish = read(ShowMoveInput, request)
        return answer_once(request, partial(self.move, request, pk, wish))

    def move(self, request: Request, pk: int, wish: dict[str, Any]) -> Answer:
        moving.move_sold_show(user=caller(request), show_id=pk, **wish)
        return Answer(orjson.dumps(one_show(pk)))
