"""A small world, and each operation of the schema as a call in it."""

import re
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from itertools import repeat
from typing import Any

import orjson
from django.db import transaction
from rest_framework.test import APIClient

from bookings.cancelling import cancel_booking
from bookings.models import Booking
from movies.models import Movie
from payments.connecting import connect_account
from payments.counter import take_at_counter
from payments.demo_bank.provider import signature
from payments.models import ProviderAccount, Refund
from payments.receipts import issue_receipt
from payments.tests.conftest import SELLER
from payments.tests.sold import paid
from pricing.models import TicketType, Voucher
from shows.models import Show
from tests.api import book, hold
from tests.contract_calls import CALLS, Body
from tests.staff import hire, invite_to
from theaters.models import Invitation, Screen, Theater
from users import tokens
from users.guests import open_guest
from users.models import User
from users.sessions import start_session

SECRET = "whsec_of_the_demo_bank"


class World:
    """All of it is Olga's; Bob holds and has booked nothing, Alice has a hold and a booking."""

    people: Mapping[str, User]
    show: Show
    code: str
    guest: str
    invitation: Invitation

    def __init__(self, schema: Any, people: Mapping[str, User], make: Callable[..., Show]) -> None:
        self.people = people
        self.paths = {
            operation["operationId"]: (method, path)
            for path, operations in schema["paths"].items()
            for method, operation in operations.items()
        }
        self.clients = {name: _client_of(user) for name, user in people.items()}
        self.clients["anyone"] = APIClient()
        self.show, self.sold, self.held, self.fresh = make(), make(), make(), make()
        self.movie = self.show.movie
        self.screen = self.show.screen
        self.theater = self.screen.theater
        self.spare = Movie.objects.create(
            title="Spare", duration_minutes=90, release_date="1927-01-10", genres=["Drama"]
        )
        self.empty = Theater.objects.create(name="Empty", city="Graz", owner=people["olga"])
        self.only = Screen.objects.create(theater=self.empty, name="Only")
        self.type = TicketType.objects.create(theater=self.empty, name="Adult")
        self.voucher = Voucher.objects.create(theater=self.empty, code="SAVE10", value=10)
        fields = {"theater": self.empty, "provider": "stripe", "key": "a" * 32}
        self.account = ProviderAccount.objects.create(is_active=False, **fields)
        booking = book(self.clients["alice"], self.sold, "A1").json()
        self.reference, self.code = booking["reference"], booking["tickets"][0]["code"]
        hold(self.clients["alice"], self.held, "A1")
        self._sell_online()
        carl = User.objects.create_user("carl@example.com", name="Carl")
        self.member = hire(carl, "cashier", self.empty)
        self.invitation = invite_to(self.empty, "alice@example.com", "door")
        self._be_a_guest()
        self._owe_money(make())
        sold = Booking.objects.get(reference=self.reference)
        self.receipt = issue_receipt(payment_id=paid(sold, 25000).pk)

    def _sell_online(self) -> None:
        """The theater is also paid online, at the demo bank."""
        theater = self.theater.pk
        made = connect_account(
            theater_id=theater,
            provider="demo",
            secrets={"webhook_secret": SECRET},
        )
        ProviderAccount.objects.filter(pk=made.pk).update(key="demo")
        Theater.objects.filter(pk=theater).update(pays="both", **SELLER)
        self.clients["bank"] = BankClient()

    def _be_a_guest(self) -> None:
        guest = open_guest(address="")
        self.guest = tokens.pair(guest)["access"]
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {self.guest}")
        named = {"name": "Gina", "email": "gina@example.com"}
        self.guests_reference = book(client, self.sold, "J1", **named).json()["reference"]
        hold(client, self.fresh, "J1")

    def _owe_money(self, show: Show) -> None:
        """Alice has paid at the counter and cancelled."""
        reference = book(self.clients["alice"], show, "A1").json()["reference"]
        booking = Booking.objects.get(reference=reference)
        take_at_counter(
            user=self.people["olga"], booking=booking, amount=booking.total, method="cash"
        )
        cancel_booking(user=self.people["alice"], reference=reference)
        self.refund = Refund.objects.get()

    def places(self) -> dict[str, Any]:
        """What stands in the paths, by their beginnings; the longest that fits counts."""
        return {
            "/api/v1/shows/{id}/": self.fresh.pk,
            "/api/v1/shows/{id}/seats": self.show.pk,
            "/api/v1/shows/{id}/best": self.show.pk,
            "/api/v1/shows/{id}/hold": self.held.pk,
            "/api/v1/shows/{id}/bookings": self.sold.pk,
            "/api/v1/shows/{id}/door/": self.sold.pk,
            "/api/v1/bookings/": self.reference,
            "/api/v1/bookings/{reference}/tickets/": (self.reference, self.code),
            "/api/v1/refunds/": self.refund.pk,
            "/api/v1/receipts/": self.receipt,
            "/api/v1/payments/": "demo",
            "/api/v1/users/{id}": self.people["bob"].pk,
            "/api/v1/users/me/": self.session_of("alice"),
            "/api/v1/movies/": self.spare.pk,
            "/api/v1/theaters/{id}/": self.empty.pk,
            "/api/v1/theaters/{id}/bookings": self.theater.pk,
            "/api/v1/theaters/{id}/receipts/": self.theater.pk,
            "/api/v1/theaters/{theater}": self.empty.pk,
            "/api/v1/theaters/{theater}/screens/": self.empty.pk,
            "/api/v1/ticket-types/": self.type.pk,
            "/api/v1/vouchers/": self.voucher.pk,
            "/api/v1/payment-accounts/": self.account.pk,
            "/api/v1/screens/": self.only.pk,
            "/api/v1/staff/": self.member.pk,
            "/api/v1/invitations/": self.invitation.pk,
            "/problems/": "not_found",
        }

    def session_of(self, name: str) -> int:
        return int(self.people[name].sessions.latest("pk").pk)

    def ask(
        self, name: str, *, who: str = "", body: Body = None, at: Any = None, **how: Any
    ) -> Any:
        """The answer to an operation, as it is usually called but for what is named.

        `how` may have a `query`, a `raw` body, and headers.
        """
        usual = CALLS[name]
        method, path = self.paths[name]
        found = [begin for begin in self.places() if path.startswith(begin)]
        place = at or (self.places()[max(found, key=len)] if found else "")
        values = iter(place) if isinstance(place, tuple) else repeat(place)
        sent = usual[1](self) if body is None else body
        return self.clients[who or usual[0]].generic(
            method.upper(),
            re.sub(r"\{\w+\}", lambda _: str(next(values)), path) + how.pop("query", ""),
            how.pop("raw", b"" if sent is None else orjson.dumps(sent)),
            how.pop("content_type", "application/json"),
            **how,
        )


class BankClient(APIClient):
    """The demo bank, which signs what it tells."""

    def generic(self, *args: Any, **how: Any) -> Any:
        told = args[2] if len(args) > 2 else b""
        how.setdefault("HTTP_DEMO_SIGNATURE", signature(SECRET, told))
        return super().generic(*args, **how)


def _client_of(user: User) -> APIClient:
    access = tokens.pair(start_session(user=user, address=""))["access"]
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")


@contextmanager
def undone() -> Any:
    """What is done within has no effect afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
