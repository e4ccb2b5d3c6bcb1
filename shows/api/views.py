"""The views of shows: anybody may read, the theater's owner and admins may write."""

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.failures import DoesNotExist
from core.http.fields import read
from core.http.filters import read_filters
from core.http.pagination import Ordering, PageNumbers
from core.http.public_reads import PublicReadView, public_answer
from core.http.versions import expected_by, with_etag
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from core.versions import PreconditionFailed
from shows.api.filters import FILTERS
from shows.api.serializers import NewShowInput, ShowChangeInput
from shows.documents import SHOW, one_show
from shows.lists import ShowList
from shows.models import Show
from shows.scheduling import (
    AlreadyCancelled,
    HasBookings,
    Pricing,
    ScreenOverlap,
    change_show,
    delete_show,
    schedule_show,
)
from shows.start_times import AmbiguousLocalTime, InThePast, NonexistentLocalTime, TooFarAhead
from theaters.currencies import NotWhole
from theaters.policy import Action
from users.access import IsAllowedOrReadOnly, ManagedObjectsMixin

BAD_INPUT = (
    DoesNotExist,
    NonexistentLocalTime,
    AmbiguousLocalTime,
    InThePast,
    TooFarAhead,
    NotWhole,
)
RUNNING = ["Running a theater"]


class ShowListView(PublicReadView, generics.GenericAPIView[Show]):
    takes = Action.SCHEDULE
    queryset = Show.objects.all()
    permission_classes = [IsAllowedOrReadOnly]
    serializer_class = NewShowInput
    filters = FILTERS
    ordering_fields = ["starts_at", "price", "id"]
    ordering = ["starts_at", "pk"]

    @extend_schema(
        operation_id="list_shows",
        summary="Find shows",
        tags=["Shows"],
        description="By default, scheduled shows that have not started, by `starts_at`.",
        responses=DocumentOutput(SHOW, many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        ordering = Ordering().get_ordering(request, self.queryset, self) or ()
        shows = ShowList(read_filters(FILTERS, request.query_params), ordering)
        pages = PageNumbers()
        page = pages.document(pages.paginate_queryset(shows, request, self))
        return public_answer(request, orjson.dumps(page))

    @extend_schema(
        operation_id="schedule_show",
        summary="Schedule a show with its seats",
        tags=RUNNING,
        description="The seats are those of the screen's current layout, or a plain grid of `rows` "
        "× `columns`. `starts_at` without an offset is in the theater's local time. `price` is for "
        "the categories that `prices` leaves out.",
        request=NewShowInput,
        responses={201: DocumentOutput(SHOW)},
    )
    @fails(*BAD_INPUT, ScreenOverlap)
    def post(self, request: Request) -> Response:
        fields = read(NewShowInput, request)
        pricing = Pricing(fields.pop("price"), fields.pop("prices", {}))
        show = schedule_show(pricing=pricing, **fields)
        return Response(one_show(show.pk), status=201)


class ShowView(ManagedObjectsMixin, generics.GenericAPIView[Show]):
    takes = Action.SCHEDULE
    queryset = Show.objects.all()
    permission_classes = [IsAllowedOrReadOnly]
    serializer_class = ShowChangeInput

    @extend_schema(
        operation_id="get_show",
        summary="One show",
        tags=["Shows"],
        description="Also one that has started or was cancelled, which lists leave out.",
        responses=DocumentOutput(SHOW),
    )
    def get(self, request: Request, pk: int) -> Response:
        show = self.get_object()
        return with_etag(Response(one_show(pk)), show)

    @extend_schema(
        operation_id="change_show",
        summary="Change a show",
        tags=RUNNING,
        description="Prices apply at once to all unsold seats. A show with live bookings cannot be "
        "moved: 409 `has_bookings`.",
        request=ShowChangeInput(partial=True),
        responses=DocumentOutput(SHOW),
    )
    @fails(*BAD_INPUT, ScreenOverlap, HasBookings, AlreadyCancelled, PreconditionFailed)
    def patch(self, request: Request, pk: int) -> Response:
        show = self.get_object()
        changes = read(ShowChangeInput, request, row=show)
        show = change_show(show=show, changes=changes, expected=expected_by(request))
        return with_etag(Response(one_show(pk)), show)

    @extend_schema(
        operation_id="delete_show",
        summary="Delete a show that was never booked",
        tags=RUNNING,
        responses={204: None},
    )
    @fails(HasBookings, PreconditionFailed)
    def delete(self, request: Request, pk: int) -> Response:
        delete_show(show=self.get_object(), expected=expected_by(request))
        return Response(status=204)
