"""The views of guests: back to a booking by its key, and from a guest to an account."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import documents, guests
from bookings.api.serializers import BookingKeyInput, GuestHoldsInput
from bookings.documents import BOOKING
from core.failures import TooManyRequests
from core.http.fields import read
from core.http.proxies import client_address
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from core.throttling import count
from users import cookies, devices, tokens
from users.access import caller
from users.sessions import TokenNotValid, start_session


@extend_schema(tags=["Bookings"])
class BookingKeyView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="open_booking",
        request=BookingKeyInput,
        responses={201: DocumentOutput(guests.TOKENS)},
    )
    @fails(guests.InvalidKey, TooManyRequests)
    def post(self, request: Request) -> Response:
        """Go back to a guest's booking. With the `key` in the link of our mail. The tokens are of a
        guest who has this booking alone: if who booked has others, they see it by its key from
        then on, too."""
        wish = read(BookingKeyInput, request)
        address = client_address(request)
        count(limit="booking_key_address", subject=address)
        guest = guests.open_booking(**wish)
        device = devices.describe(request.META.get("HTTP_USER_AGENT", ""))
        session = start_session(user=guest, address=address, device=device)
        return Response(tokens.pair(session), 201, headers={"Cache-Control": "no-store"})


@extend_schema(tags=["Bookings"])
class ClaimBookingView(APIView):
    @extend_schema(
        operation_id="claim_booking", request=BookingKeyInput, responses=DocumentOutput(BOOKING)
    )
    @fails(guests.InvalidKey)
    def post(self, request: Request) -> Response:
        """Move a guest's booking to your account. With the `key` in the link of our mail."""
        wish = read(BookingKeyInput, request)
        booking_id = guests.claim_booking(user=caller(request), **wish)
        return Response(documents.booking_document(booking_id))


@extend_schema(tags=["Bookings"])
class ClaimHoldsView(APIView):
    @extend_schema(
        operation_id="claim_holds",
        request=GuestHoldsInput,
        responses=DocumentOutput(guests.CLAIMED),
    )
    @fails(guests.InvalidKey, guests.AlreadyHolding)
    def post(self, request: Request) -> Response:
        """Move what a guest holds to your account. With the guest's access `token`. A page of this
        server may leave it out, before it keeps your session in a cookie: the one of the guest then
        comes along with your access token."""
        wish = read(GuestHoldsInput, request)
        claims = access_in(wish["token"]) if "token" in wish else guest_here(request)
        return Response({"seats": guests.claim_holds(user=caller(request), claims=claims)})


def access_in(token: str) -> tokens.Claims | None:
    """Returns the claims of a genuine access token; None for anything else."""
    try:
        return tokens.read_access(token)
    except TokenNotValid:
        return None


def guest_here(request: Request) -> tokens.Claims | None:
    """Returns the claims of the cookie, if there is one. Raises CrossOrigin unless a page of this
    origin asks."""
    claims = cookies.claims_in(request)
    if claims:
        cookies.require_same_origin(request)
    return claims
