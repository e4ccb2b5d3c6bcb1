"""The views of quotes, of ticket types, which anybody may read, and of vouchers, which only those
may see who run the theater."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import DoesNotExist, InUse, TooManyRequests
from core.http.fields import read
from core.http.proxies import client_address
from core.http.public_reads import PublicListView
from core.http.versions import VersionedView, expected_by, with_etag
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from core.versions import PreconditionFailed
from pricing import services
from pricing.api.filters import FILTERS
from pricing.api.serializers import QuoteInput, TicketTypeSerializer, VoucherSerializer
from pricing.documents import QUOTE, quote_document
from pricing.limits import count_quote
from pricing.models import TicketType, Voucher
from pricing.quote import TypeNotAllowed, UnknownTicketType
from pricing.quoting import quote_hold
from pricing.vouchers import VoucherInvalid, VoucherUsedUp
from shows.holding import NoHold
from shows.start_times import AmbiguousLocalTime, NonexistentLocalTime
from theaters.currencies import NotWhole
from theaters.models import Theater
from theaters.policy import Action
from theaters.services import NameTaken
from users.access import IsAllowed, IsAllowedOrReadOnly, ManagedObjectsMixin, caller

RUNNING = ["Running a theater"]
BAD_TYPE = (NameTaken, services.ValueDoesNotFit, NotWhole)
BAD_VOUCHER = (
    DoesNotExist,
    services.CodeTaken,
    services.ValueDoesNotFit,
    services.PeriodIsEmpty,
    NotWhole,
    NonexistentLocalTime,
    AmbiguousLocalTime,
)


@extend_schema(tags=["Seats"])
class QuoteView(APIView):
    @extend_schema(operation_id="quote_hold", request=QuoteInput, responses=DocumentOutput(QUOTE))
    @fails(
        NoHold,
        UnknownTicketType,
        TypeNotAllowed,
        VoucherInvalid,
        VoucherUsedUp,
        TooManyRequests,
    )
    def post(self, request: Request, pk: int) -> Response:
        """What your held seats cost. With ticket types, voucher, fee and tax, line by line: a seat
        costs price - discount + fee, tax included. A booking charges just that, if nothing has
        changed: send the `total` along. Nothing is reserved, not even the voucher. `providers` are
        those through which the theater takes money online, the one connected last first."""
        wish = read(QuoteInput, request)
        voucher = wish.get("voucher", "")
        user = caller(request)
        count_quote(user_id=user.pk, address=client_address(request), voucher=voucher)
        types = wish.get("types")
        offer = quote_hold(user_id=user.pk, show_id=pk, types=types, voucher=voucher)
        return Response(quote_document(offer))


class OfTheaterMixin:
    """Lists what belongs to the theater in the path."""

    takes = Action.RUN
    is_public = True

    def get_theater(self) -> Theater:
        theaters = Theater.objects.all()
        request: Request = self.request  # type: ignore[attr-defined]
        if not (self.is_public and request.method in SAFE_METHODS):
            theaters = theaters.where_may(caller(request), self.takes)
        return get_object_or_404(theaters, pk=self.kwargs["theater"])  # type: ignore[attr-defined]

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(theater=self.get_theater())


@extend_schema_view(
    get=extend_schema(
        operation_id="list_ticket_types",
        summary="The ticket types of a theater",
        tags=["Theaters"],
        description="By position, unless told otherwise. Where there are none, seats cost their "
        "prices. A seat for which none is named gets the first that is `as_is` and for its "
        "category.",
    ),
    post=extend_schema(
        operation_id="add_ticket_type",
        summary="Add a ticket type",
        tags=RUNNING,
        responses={201: TicketTypeSerializer},
        description="It is for all shows at once. One that is `as_is` and for all categories "
        "should be among them: it is what seats get for which no type is named.",
    ),
)
class TicketTypeListView(OfTheaterMixin, PublicListView):
    queryset = TicketType.objects.all()
    serializer_class = TicketTypeSerializer
    permission_classes = [IsAllowedOrReadOnly]
    ordering_fields = ["position", "name", "id"]
    ordering = ["position", "id"]

    @fails(*BAD_TYPE)
    def post(self, request: Request, theater: int) -> Response:
        self.get_theater()
        made = services.add_ticket_type(theater_id=theater, **read(TicketTypeSerializer, request))
        return Response(self.get_serializer(made).data, status=201)


@extend_schema_view(
    get=extend_schema(
        operation_id="get_ticket_type",
        summary="One ticket type",
        description="For anybody.",
        tags=["Theaters"],
    ),
    patch=extend_schema(
        operation_id="change_ticket_type",
        summary="Change a ticket type",
        tags=RUNNING,
        description="Affects what is booked from now on.",
    ),
    delete=extend_schema(
        operation_id="delete_ticket_type",
        summary="Delete a ticket type",
        tags=RUNNING,
        description="Tickets that were sold with it keep its name.",
    ),
)
class TicketTypeView(ManagedObjectsMixin, VersionedView):
    takes = Action.RUN
    queryset = TicketType.objects.all()
    serializer_class = TicketTypeSerializer
    permission_classes = [IsAllowedOrReadOnly]

    @fails(*BAD_TYPE, PreconditionFailed)
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.partial_update(request, *args, **kwargs)

    @fails(PreconditionFailed)
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)

    def change(self, row: TicketType, changes: dict[str, Any]) -> TicketType:
        return services.change_ticket_type(
            ticket_type=row, changes=changes, expected=expected_by(self.request)
        )

    def perform_destroy(self, instance: TicketType) -> None:
        services.delete_ticket_type(ticket_type=instance, expected=expected_by(self.request))


@extend_schema_view(
    get=extend_schema(
        operation_id="list_vouchers",
        summary="The vouchers of one of your theaters",
        tags=RUNNING,
        description="Newest first, unless told otherwise.",
    ),
    post=extend_schema(
        operation_id="add_voucher",
        summary="Add a voucher",
        tags=RUNNING,
        responses={201: VoucherSerializer},
        description="Times without an offset are in the theater's local time.",
    ),
)
class VoucherListView(OfTheaterMixin, generics.ListAPIView[Voucher]):
    is_public = False
    queryset = Voucher.objects.shown()
    serializer_class = VoucherSerializer
    permission_classes = [IsAllowed]
    filters = FILTERS
    ordering_fields = ["code", "valid_until", "id"]
    ordering = ["-id"]

    @fails(*BAD_VOUCHER)
    def post(self, request: Request, theater: int) -> Response:
        self.get_theater()
        made = services.add_voucher(theater_id=theater, **read(VoucherSerializer, request))
        return with_etag(Response(self.get_serializer(_shown(made)).data, status=201), made)


@extend_schema(tags=RUNNING)
class VoucherView(generics.GenericAPIView[Voucher]):
    takes = Action.RUN
    queryset = Voucher.objects.shown()
    serializer_class = VoucherSerializer
    permission_classes = [IsAllowed]

    def get_queryset(self) -> QuerySet[Voucher]:
        vouchers: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return vouchers  # type: ignore[no-any-return]
        return vouchers.where_may(caller(self.request), self.takes)  # type: ignore[no-any-return]

    @extend_schema(operation_id="get_voucher")
    def get(self, request: Request, pk: int) -> Response:
        """One voucher of your theaters."""
        voucher = self.get_object()
        return with_etag(Response(self.get_serializer(voucher).data), voucher)

    @extend_schema(operation_id="change_voucher", request=VoucherSerializer(partial=True))
    @fails(*BAD_VOUCHER, PreconditionFailed)
    def patch(self, request: Request, pk: int) -> Response:
        """Change a voucher. Affects what is booked from now on; a limit below its uses ends it."""
        voucher = self.get_object()
        changes = read(VoucherSerializer, request, row=voucher)
        voucher = services.change_voucher(
            voucher=voucher, changes=changes, expected=expected_by(request)
        )
        return with_etag(Response(self.get_serializer(_shown(voucher)).data), voucher)

    @extend_schema(operation_id="delete_voucher", responses={204: None})
    @fails(InUse, PreconditionFailed)
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a voucher that nobody has used. One that was used can end, with `valid_until`."""
        services.delete_voucher(voucher=self.get_object(), expected=expected_by(request))
        return Response(status=204)


def _shown(voucher: Voucher) -> Voucher:
    shown: Voucher = Voucher.objects.shown().get(pk=voucher.pk)
    return shown
