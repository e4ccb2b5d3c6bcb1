"""The views of payments."""

from functools import partial
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.booking import PaymentNotOffered
from bookings.cancelling import AlreadyUsed, UnknownTickets, quote_refund
from bookings.models import Booking
from bookings.refund_policy import TooLate
from core.failures import NotFound
from core.http.fields import read
from core.http.idempotency import Answer, answer_once
from core.openapi.documents import DocumentOutput
from core.openapi.schema import IDEMPOTENCY_KEY, IDEMPOTENT, fails
from payments import counter, receiving, starting
from payments.api.serializers import CounterPaymentInput, PaymentInput, PayOutInput
from payments.documents import (
    PAYMENT,
    REFUND,
    REFUND_QUOTE,
    SHOW_REFUNDS,
    STARTED_PAYMENT,
    payment_document,
    refund_document,
    refunds_of_show,
    started_document,
)
from payments.models import Payment, Refund
from shows.models import Show
from shows.scheduling import AlreadyCancelled
from theaters.policy import Action
from users.access import IsAllowed, caller

LARGEST_EVENT = 256 * 1024


def visible_booking(request: Request, reference: str) -> Booking:
    """Returns a booking that the caller may see. Raises NotFound."""
    booking = (
        Booking.objects.visible_to(caller(request))
        .select_related("show__movie")
        .filter(reference=reference)
        .first()
    )
    if booking is None:
        raise NotFound
    return booking


def documents_of(booking: Booking) -> list[dict[str, Any]]:
    payments = Payment.objects.filter(booking=booking).select_related("account")
    return [payment_document(each) for each in payments.prefetch_related("refunds").order_by("pk")]


@extend_schema(tags=["Bookings"])
class PaymentListView(APIView):
    @extend_schema(operation_id="get_payments", responses=DocumentOutput(PAYMENT, many=True))
    def get(self, request: Request, reference: str) -> Response:
        """The payments of a booking, with their refunds. For its customer and the theater."""
        return Response(documents_of(visible_booking(request, reference)))

    @extend_schema(
        operation_id="start_payment",
        request=PaymentInput,
        responses={200: DocumentOutput(STARTED_PAYMENT), 201: DocumentOutput(STARTED_PAYMENT)},
    )
    @fails(PaymentNotOffered, starting.NotPayable, starting.PaymentUnavailable)
    def post(self, request: Request, reference: str) -> Response:
        """Pay for a booking. On the provider's `page`, by redirect, or in the `sheet` of an app.
        Starts a payment of what is due, or goes on with the one that is open
        (200): it needs no `Idempotency-Key`. The booking is confirmed when the provider has told us
        that the money came; read it again after the customer has come back."""
        wish = read(PaymentInput, request)
        begun = starting.start_payment(
            booking=visible_booking(request, reference),
            provider=wish.get("provider"),
            flow=wish.get("flow", "page"),
            return_url=wish.get("return_url") or settings.PUBLIC_URL,
        )
        document = started_document(begun.payment, begun.client)
        return Response(document, status=201 if begun.is_new else 200)


@extend_schema(tags=["Running a theater"])
class CounterPaymentView(APIView):
    takes = Action.SELL
    permission_classes = [IsAllowed]

    @extend_schema(
        operation_id="take_money",
        parameters=[IDEMPOTENCY_KEY],
        request=CounterPaymentInput,
        responses={201: DocumentOutput(PAYMENT)},
    )
    @fails(counter.WrongAmount, starting.NotPayable, *IDEMPOTENT)
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Take money at the counter. All that is due; a booking that was pending is confirmed."""
        wish = read(CounterPaymentInput, request)
        return answer_once(request, partial(self.take, request, reference, wish))

    def take(self, request: Request, reference: str, wish: dict[str, Any]) -> Answer:
        user = caller(request)
        booking = Booking.objects.where_may(user, self.takes).filter(reference=reference).first()
        if booking is None:
            raise NotFound
        payment = counter.take_at_counter(user=user, booking=booking, **wish)
        return Answer(orjson.dumps(payment_document(Payment.objects.get(pk=payment))), status=201)


@extend_schema(tags=["Running a theater"])
class PayOutView(APIView):
    takes = Action.SELL
    permission_classes = [IsAllowed]

    @extend_schema(
        operation_id="pay_out",
        parameters=[IDEMPOTENCY_KEY],
        request=PayOutInput,
        responses=DocumentOutput(REFUND),
    )
    @fails(counter.WrongAmount, counter.NotForTheCounter, *IDEMPOTENT)
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Pay out a refund at the counter. Of money that was taken there."""
        wish = read(PayOutInput, request)
        return answer_once(request, partial(self.pay, request, pk, wish))

    def pay(self, request: Request, pk: int, wish: dict[str, Any]) -> Answer:
        counter.pay_out(user=caller(request), refund_id=pk, amount=wish["amount"])
        refund = Refund.objects.select_related("payment").get(pk=pk)
        return Answer(orjson.dumps(refund_document(refund, refund.payment.currency)))


@extend_schema(tags=["Running a theater"])
class ShowRefundsView(APIView):
    takes = Action.SELL
    permission_classes = [IsAllowed]

    @extend_schema(operation_id="get_show_refunds", responses=DocumentOutput(SHOW_REFUNDS))
    def get(self, request: Request, pk: int) -> Response:
        """How far the refunds of a show have come. Ask again to see the progress."""
        shows = Show.objects.where_may(caller(request), self.takes).filter(pk=pk)
        currency = shows.values_list("screen__theater__currency", flat=True).first()
        if currency is None:
            raise NotFound
        return Response(refunds_of_show(pk, currency))


@extend_schema(tags=["Bookings"])
class RefundQuoteView(APIView):
    @extend_schema(
        operation_id="quote_refund",
        parameters=[
            OpenApiParameter(
                "tickets",
                {"type": "string", "maxLength": 4000},
                description="Codes of single tickets, with commas; left out: all.",
            )
        ],
        responses=DocumentOutput(REFUND_QUOTE),
    )
    @fails(AlreadyCancelled, TooLate, AlreadyUsed, UnknownTickets)
    def get(self, request: Request, reference: str) -> Response:
        """What cancelling would give back now. Line by line; send its `total` as `refund` when you
        cancel, to get exactly that."""
        codes = [code for code in request.query_params.get("tickets", "").split(",") if code]
        quote = quote_refund(user=caller(request), reference=reference, codes=codes or None)
        return Response(quote)


@extend_schema(tags=["Bookings"])
class WebhookView(APIView):
    authentication_classes = []
    permission_classes = [AllowAny]
    takes_any_bytes = True

    @extend_schema(
        operation_id="receive_event",
        request={"application/json": {"type": "object"}},
        examples=[OpenApiExample("Example", {"id": "evt_1", "type": "…"}, request_only=True)],
        responses={200: None},
    )
    @fails(receiving.InvalidSignature)
    def post(self, request: Request, provider: str, key: str) -> HttpResponse:
        """For payment providers: tell us about a payment. Signed by the provider; answered as soon
        as it is stored, and looked into later."""
        body = request._request.body
        receiving.receive(provider=provider, key=key, headers=request.headers, body=body)
        return HttpResponse(status=200)
