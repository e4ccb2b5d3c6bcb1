"""The views of bookings, for the customer who made them."""

from datetime import timedelta
from functools import partial
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import (
    booking,
    cancelling,
    documents,
    exchanging,
    limits,
)
from bookings.api.filters import FILTERS
from bookings.api.serializers import (
    BookingInput,
    CancelInput,
    ExchangeInput,
)
from bookings.documents import BOOKING
from bookings.models import Booking, BookingQuerySet
from bookings.order import Order
from bookings.refund_policy import TooLate
from bookings.site import SITE, site_document
from core.failures import DoesNotExist, NotFound, PermissionDenied, TooManyRequests
from core.http.fields import read
from core.http.idempotency import Answer, answer_once
from core.http.public_reads import PublicReadView, public_answer
from core.openapi.documents import DocumentOutput
from core.openapi.schema import IDEMPOTENCY_KEY, IDEMPOTENT, answers_with, fails
from core.throttling import count
from pricing.quote import TypeNotAllowed, UnknownTicketType
from pricing.vouchers import VoucherInvalid, VoucherUsedUp
from shows.choosing import SingleSeatLeft
from shows.holding import HoldExhausted, NoHold, SeatsUnavailable, ShowNotOnSale, UnknownSeats
from shows.labels import DuplicateSeats, TooManySeats
from shows.scheduling import AlreadyCancelled
from users.access import caller, language_of

BAD_BOOKING = (
    DoesNotExist,
    UnknownSeats,
    DuplicateSeats,
    TooManySeats,
    booking.ContactRequired,
    booking.PaymentNotOffered,
    UnknownTicketType,
    TypeNotAllowed,
    VoucherInvalid,
    PermissionDenied,
)
REFUSED_BOOKING = (
    NoHold,
    booking.HoldExpired,
    SeatsUnavailable,
    SingleSeatLeft,
    ShowNotOnSale,
    booking.TooManyTickets,
    booking.AddressNotVerified,
    booking.TooManyPending,
    HoldExhausted,
    booking.PriceChanged,
    VoucherUsedUp,
    TooManyRequests,
)
REFUSED_EXCHANGE = (
    AlreadyCancelled,
    TooLate,
    cancelling.AlreadyUsed,
    cancelling.BookingPending,
    cancelling.UnknownTickets,
    exchanging.OtherTickets,
    DoesNotExist,
    UnknownSeats,
    SeatsUnavailable,
    ShowNotOnSale,
    SingleSeatLeft,
    HoldExhausted,
    booking.TooManyTickets,
    booking.PaymentNotOffered,
    booking.PriceChanged,
    UnknownTicketType,
    TypeNotAllowed,
)


class BaseBookingListView(GenericAPIView[Booking]):
    """A list of bookings, read in pages."""

    queryset = Booking.objects.all()
    filters = FILTERS
    ordering_fields = ["created_at", "total", "starts_at"]
    ordering_columns = {"starts_at": "show__starts_at"}

    def page_of(self, bookings: BookingQuerySet, *, with_customer: bool = False) -> Response:
        ids = self.filter_queryset(bookings).values_list("pk", flat=True)
        page = self.paginate_queryset(ids) or []
        return self.get_paginated_response(documents.documents(page, with_customer=with_customer))


@extend_schema(tags=["Bookings"])
class BookingListView(BaseBookingListView):
    @extend_schema(operation_id="list_bookings", responses=DocumentOutput(BOOKING, many=True))
    def get(self, request: Request) -> Response:
        """Your bookings. Newest first."""
        return self.page_of(Booking.objects.filter(user_id=caller(request).pk))

    @extend_schema(
        operation_id="book_seats",
        parameters=[IDEMPOTENCY_KEY, *answers_with("Location", statuses=[201])],
        request=BookingInput,
        responses={201: DocumentOutput(BOOKING)},
    )
    @fails(*BAD_BOOKING, *REFUSED_BOOKING, *IDEMPOTENT)
    def post(self, request: Request) -> HttpResponse:
        """Book the seats that you hold, all or none. With `seats`, exactly those in one step, and
        the rest of your hold is released. With `total`, only if that is the
        price. `pay` says where, `online` or at the `counter`; left
        out, online if the theater is paid only there. If no answer
        came, send the request again with the same `Idempotency-Key`."""
        wish = read(BookingInput, request)
        budget = limits.booking_budget(user=caller(request), show_id=wish["show"])
        return answer_once(request, partial(self.book, request, wish), budget=budget)

    def book(self, request: Request, wish: dict[str, Any]) -> Answer:
        order = Order(
            show_id=wish["show"],
            labels=wish.get("seats"),
            total=wish.get("total"),
            types=wish.get("types", {}),
            voucher=wish.get("voucher", ""),
            pay=wish.get("pay"),
            at_counter=wish.get("at_counter", False),
            contact_name=wish.get("name", ""),
            contact_email=wish.get("email", ""),
            language=language_of(request),
        )
        booking_id = booking.book_seats(user_id=caller(request).pk, order=order)
        document = documents.booking_document(booking_id)
        location = f"{request.path}{document['reference']}/"
        return Answer(orjson.dumps(document), status=201, location=location)


@extend_schema(tags=["Bookings"])
class LimitsView(PublicReadView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="get_limits", responses=DocumentOutput(limits.LIMITS))
    def get(self, request: HttpRequest) -> HttpResponse:
        """What one customer may hold and book. None of it applies to those who run the theater."""
        return public_answer(request, orjson.dumps(limits.limits_document()))


@extend_schema(tags=["Bookings"])
class SiteView(PublicReadView):
    permission_classes = [AllowAny]
    fresh_for = timedelta(minutes=5)

    @extend_schema(operation_id="get_site", responses=DocumentOutput(SITE))
    def get(self, request: HttpRequest) -> HttpResponse:
        """What this site is and offers. The first thing that a client asks; anybody may keep it for
        five minutes."""
        return public_answer(request, orjson.dumps(site_document()), fresh_for=self.fresh_for)


@extend_schema(tags=["Bookings"])
class BookingView(APIView):
    @extend_schema(operation_id="get_booking", responses=DocumentOutput(BOOKING))
    def get(self, request: Request, reference: str) -> Response:
        """One booking. For its customer, the theater's owner and admins."""
        visible = Booking.objects.visible_to(caller(request)).filter(reference=reference)
        booking_id = visible.values_list("pk", flat=True).first()
        if booking_id is None:
            raise NotFound
        return Response(documents.booking_document(booking_id))


@extend_schema(tags=["Bookings"])
class BookingCancelView(APIView):
    @extend_schema(
        operation_id="cancel_booking",
        parameters=[IDEMPOTENCY_KEY],
        request=CancelInput,
        responses=DocumentOutput(BOOKING),
    )
    @fails(
        AlreadyCancelled,
        TooLate,
        cancelling.AlreadyUsed,
        cancelling.BookingPending,
        cancelling.RefundChanged,
        cancelling.UnknownTickets,
        TooManyRequests,
        *IDEMPOTENT,
    )
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Cancel a booking. The whole booking, or single `tickets`; the seats are free at once.
        Customers can cancel as the theater's refund policy says, by default until an hour before
        the start, the theater's owner and admins until the start."""
        wish = read(CancelInput, request)
        budget = limits.cancelling_budget(user=caller(request), reference=reference)
        return answer_once(request, partial(self.cancel, request, reference, wish), budget=budget)

    def cancel(self, request: Request, reference: str, wish: dict[str, Any]) -> Answer:
        booking_id = cancelling.cancel_booking(
            user=caller(request),
            reference=reference,
            tickets=wish.get("tickets"),
            refund=wish.get("refund"),
        )
        return Answer(orjson.dumps(documents.booking_document(booking_id)))


@extend_schema(tags=["Bookings"])
class BookingExchangeView(APIView):
    @extend_schema(
        operation_id="exchange_ticket",
        parameters=[IDEMPOTENCY_KEY],
        request=ExchangeInput,
        responses={200: DocumentOutput(BOOKING), 201: DocumentOutput(BOOKING)},
    )
    @fails(*REFUSED_EXCHANGE, TooManyRequests, *IDEMPOTENT)
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Exchange a ticket. For another seat, of the same show or of another one of the theater,
        as long as the booking could be cancelled. What costs the same or less is exchanged at once
        (200), and the theater's share of the difference comes back. A dearer seat is kept until the
        difference is paid (201): `exchange` says how much and until when, and `payments/` takes it;
        until then the old ticket stays valid. An exchange that waits is replaced by a new one. To
        another show a customer's ticket goes while the policy gives the whole price back."""
        wish = read(ExchangeInput, request)
        budget = limits.cancelling_budget(user=caller(request), reference=reference)
        return answer_once(request, partial(self.exchange, request, reference, wish), budget=budget)

    def exchange(self, request: Request, reference: str, wish: dict[str, Any]) -> Answer:
        done = exchanging.exchange_ticket(
            user=caller(request), reference=reference, wish=exchanging.Wish(**wish)
        )
        document = orjson.dumps(documents.booking_document(done.booking_id))
        return Answer(document, status=201 if done.is_open else 200)


@extend_schema(tags=["Bookings"])
class ExchangeQuoteView(APIView):
    @extend_schema(
        operation_id="quote_exchange",
        request=ExchangeInput,
        responses=DocumentOutput(documents.EXCHANGE_QUOTE),
    )
    @fails(*REFUSED_EXCHANGE, TooManyRequests)
    def post(self, request: Request, reference: str) -> Response:
        """What an exchange would cost. It is refused as the exchange would be, and nothing
        changes. Send the `total` with the exchange, so that it is done at that price only."""
        wish = read(ExchangeInput, request)
        count(limit="quote", subject=str(caller(request).pk))
        quote = exchanging.quote_exchange(
            user=caller(request), reference=reference, wish=exchanging.Wish(**wish)
        )
        amounts = ("total", "due", "refund", "kept")
        return Response(
            {
                **{name: f"{getattr(quote, name):.2f}" for name in amounts},
                "currency": quote.currency,
            }
        )
