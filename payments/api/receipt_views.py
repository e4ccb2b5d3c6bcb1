"""The views of receipts, for customers and for those who run the theater."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.models import Booking
from core.failures import InvalidInput, NotFound, TooManyRequests
from core.http.files import Csv, Pdf, csv_file
from core.http.filters import USUAL_DAY, Filter, Filters, read_filters
from core.http.json import FastJSONRenderer
from core.http.pagination import Ordering
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from core.postgres.rows import rows_of
from core.throttling import count
from payments.api.views import visible_booking
from payments.models import Receipt
from payments.receipt_documents import RECEIPT, receipt_document, rows_for_accountants
from payments.receipt_pdf import draw
from theaters.models import Theater
from theaters.policy import Action
from users.access import IsAllowed, caller

LONGEST = timedelta(days=366)
AT_ONCE = 1000
TODAY = "SELECT (statement_timestamp() AT TIME ZONE %s)::date"


FILTERS = {
    "from": Filter(USUAL_DAY, "Issued on this local day of the theater or later."),
    "to": Filter(USUAL_DAY, "Issued on this local day of the theater or earlier."),
}


class OfTheater(GenericAPIView[Receipt]):
    """Receipts of a theater that the caller runs."""

    takes = Action.RUN
    queryset = Receipt.objects.all()
    permission_classes = [IsAllowed]
    filter_backends = [Filters]
    filters = FILTERS

    def theater(self) -> Theater:
        theaters = Theater.objects.where_may(caller(self.request), self.takes)
        theater: Theater = get_object_or_404(theaters, pk=self.kwargs["pk"])
        return theater

    def days(self) -> dict[str, date]:
        return read_filters(FILTERS, self.request.query_params)


def issued(theater: Theater, days: dict[str, date]) -> QuerySet[Receipt]:
    """Returns the theater's receipts of these local days, the oldest first."""
    zone, rows = ZoneInfo(theater.timezone), Receipt.objects.filter(theater=theater)
    if first := days.get("from"):
        rows = rows.filter(issued_at__gte=datetime.combine(first, time(), zone))
    if last := days.get("to"):
        after = datetime.combine(last + timedelta(days=1), time(), zone)
        rows = rows.filter(issued_at__lt=after)
    return rows.order_by("number").select_related("theater")


@extend_schema(tags=["Bookings"])
class BookingReceiptListView(APIView):
    @extend_schema(
        operation_id="get_booking_receipts", responses=DocumentOutput(RECEIPT, many=True)
    )
    def get(self, request: Request, reference: str) -> Response:
        """The receipts and credit notes of a booking. For its customer and the theater."""
        booking = visible_booking(request, reference)
        rows = Receipt.objects.filter(booking=booking).select_related("theater").order_by("number")
        return Response([receipt_document(each) for each in rows])


@extend_schema(tags=["Bookings"])
class ReceiptPdfView(APIView):
    renderer_classes = [FastJSONRenderer, Pdf]

    @extend_schema(
        operation_id="get_receipt_pdf", responses={(200, Pdf.media_type): OpenApiTypes.BINARY}
    )
    @fails(TooManyRequests)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """A receipt or credit note as a PDF. In the booking's language; for its customer and the
        theater."""
        count(limit="ticket_file", subject=str(caller(request).pk))
        bookings = Booking.objects.visible_to(caller(request))
        receipts = Receipt.objects.filter(pk=pk, booking__in=bookings)
        receipt = receipts.select_related("theater").first()
        if receipt is None:
            raise NotFound
        drawn = draw(receipt)
        answer = HttpResponse(drawn.content, content_type=drawn.media_type)
        answer.headers["Content-Disposition"] = f'inline; filename="{drawn.name}"'
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


@extend_schema(tags=["Running a theater"])
class TheaterReceiptListView(OfTheater):
    filter_backends = [Filters, Ordering]
    ordering_fields = ["number"]
    ordering = ["-number"]

    @extend_schema(operation_id="list_receipts", responses=DocumentOutput(RECEIPT, many=True))
    def get(self, request: Request, pk: int) -> Response:
        """A theater's receipts and credit notes. Newest first."""
        rows = Ordering().filter_queryset(request, issued(self.theater(), self.days()), self)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([receipt_document(each) for each in page])


@extend_schema(tags=["Running a theater"])
class ReceiptExportView(OfTheater):
    pagination_class = None
    renderer_classes = [FastJSONRenderer, Csv]

    @extend_schema(
        operation_id="export_receipts",
        parameters=[
            OpenApiParameter(name, each.kind.shape, description=each.help)
            for name, each in FILTERS.items()
        ],
        responses={(200, "text/csv"): str},
    )
    @fails(InvalidInput)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Receipts and credit notes for your accountant. A row for each line, as CSV in UTF-8; of
        this month, if no days are named, and of 366 days at most."""
        theater = self.theater()
        days = _complete(self.days(), theater)
        name = f"receipts-{theater.pk}-{days['from']}-{days['to']}.csv"
        return csv_file(name, rows_for_accountants(_in_parts(issued(theater, days))))


def _complete(days: dict[str, date], theater: Theater) -> dict[str, date]:
    """Returns the first and the last day. Raises InvalidInput for more than a year."""
    ((today,),) = rows_of(TODAY, [theater.timezone])
    last = days.get("to", max(today, days.get("from", today)))
    first = days.get("from", last.replace(day=1))
    if last - first >= LONGEST:
        raise InvalidInput(f"Ask for at most {LONGEST.days} days at once.", field="from")
    return {"from": first, "to": last}


def _in_parts(receipts: QuerySet[Receipt]) -> Iterator[Receipt]:
    """Yields all rows, and holds only some of them."""
    part: list[Any] = list(receipts[:AT_ONCE])
    while part:
        yield from part
        part = list(receipts.filter(number__gt=part[-1].number)[:AT_ONCE])
