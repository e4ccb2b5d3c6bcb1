"""The views of what a customer holds: tickets as files."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.models import Booking, BookingQuerySet
from bookings.tickets import apple, calendar, pdf, qr, reading, wallets
from bookings.tickets.wallets import WALLETS
from core.failures import TooManyRequests
from core.http.files import Pdf
from core.http.json import FastJSONRenderer
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from core.throttling import count
from users.access import caller


class ICalendar(BaseRenderer):
    media_type = "text/calendar"
    format = "ics"


class Pkpass(BaseRenderer):
    media_type = apple.MEDIA_TYPE
    format = "pkpass"


class Svg(BaseRenderer):
    media_type = "image/svg+xml"
    format = "svg"


class TicketFileView(APIView):
    """A file for whoever may see the booking; problems are JSON as everywhere."""

    def visible(self, request: Request) -> BookingQuerySet:
        """Returns the bookings that the caller may see. Raises TooManyRequests."""
        count(limit="ticket_file", subject=str(caller(request).pk))
        return Booking.objects.visible_to(caller(request))


def file(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Returns a file that nobody keeps on its way: whoever has it gets in."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@extend_schema(tags=["Bookings"])
class TicketsPdfView(TicketFileView):
    renderer_classes = [FastJSONRenderer, Pdf]

    @extend_schema(
        operation_id="get_tickets_pdf",
        responses={(200, Pdf.media_type): OpenApiTypes.BINARY},
    )
    @fails(reading.NotConfirmed, TooManyRequests)
    def get(self, request: Request, reference: str) -> HttpResponse:
        """The tickets of a booking as a PDF. A page for each that is valid, in the booking's
        language. For its customer, the theater's owner and admins."""
        paper = reading.read_paper(bookings=self.visible(request), reference=reference)
        return file(pdf.draw(paper), name=f"{paper.reference}.pdf", media_type=pdf.MEDIA_TYPE)


@extend_schema(tags=["Bookings"])
class BookingCalendarView(TicketFileView):
    renderer_classes = [FastJSONRenderer, ICalendar]

    @extend_schema(
        operation_id="get_booking_calendar", responses={(200, ICalendar.media_type): str}
    )
    @fails(reading.NotConfirmed, TooManyRequests)
    def get(self, request: Request, reference: str) -> HttpResponse:
        """A booking as a calendar entry. The entry of a booking that was cancelled removes the one
        that a calendar has, and one of a show that was moved changes it."""
        bookings = self.visible(request)
        paper = reading.read_paper_even_cancelled(bookings=bookings, reference=reference)
        name = f"{paper.reference}.ics"
        return file(calendar.draw(paper), name=name, media_type=calendar.MEDIA_TYPE)


@extend_schema(tags=["Bookings"])
class TicketQrView(TicketFileView):
    renderer_classes = [FastJSONRenderer, Svg]

    @extend_schema(operation_id="get_ticket_qr", responses={(200, Svg.media_type): str})
    @fails(reading.NotConfirmed, reading.TicketVoid, TooManyRequests)
    def get(self, request: Request, reference: str, code: str) -> HttpResponse:
        """The QR code of a ticket as SVG. Draw it black on white, with its margin."""
        bookings = self.visible(request)
        _, ticket = reading.read_ticket(bookings=bookings, reference=reference, code=code)
        return file(qr.svg(ticket.token), name=f"{code}.svg", media_type=Svg.media_type)


@extend_schema(tags=["Bookings"])
class TicketWalletsView(TicketFileView):
    @extend_schema(operation_id="get_ticket_wallets", responses=DocumentOutput(WALLETS))
    @fails(reading.NotConfirmed, reading.TicketVoid, TooManyRequests)
    def get(self, request: Request, reference: str, code: str) -> Response:
        """Where a phone's wallet gets the ticket. `null` for wallets that are not offered here."""
        bookings = self.visible(request)
        paper, ticket = reading.read_ticket(bookings=bookings, reference=reference, code=code)
        apple_pass = (
            request.build_absolute_uri("../pass.pkpass") if wallets.offers_apple() else None
        )
        answer = {"apple": apple_pass, "google": wallets.google_link(paper, ticket)}
        return Response(answer, headers={"Cache-Control": "private, no-store"})


@extend_schema(tags=["Bookings"])
class TicketPassView(TicketFileView):
    renderer_classes = [FastJSONRenderer, Pkpass]

    @extend_schema(
        operation_id="get_ticket_pass",
        responses={(200, Pkpass.media_type): OpenApiTypes.BINARY},
    )
    @fails(reading.NotConfirmed, reading.TicketVoid, TooManyRequests)
    def get(self, request: Request, reference: str, code: str) -> HttpResponse:
        """The ticket for Apple Wallet. 404 where it is not offered."""
        bookings = self.visible(request)
        paper, ticket = reading.read_ticket(bookings=bookings, reference=reference, code=code)
        drawn = wallets.apple_pass(paper, ticket)
        return file(drawn, name=f"{code}.pkpass", media_type=apple.MEDIA_TYPE)
