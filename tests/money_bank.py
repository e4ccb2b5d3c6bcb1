"""What happens at the bank, and how we hear of it: late, twice, in any order or not at all."""

import json
from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from rest_framework.test import APIClient

from lab.fake_stripe.events import signed
from payments import ending, events, refunding, sweeping
from payments.models import Payment, ProviderEvent, Refund
from payments.providers.base import ProviderError
from payments.tests.stripe_world import SECRET
from shows.tidying import release_lapsed_holds
from tests.money_office import Office, numbers, troubles

REFUNDS = r"POST /v1/refunds$"
STARTS = r"POST /v1/(checkout/sessions|payment_intents)$"


class Bank(Office):
    """Payments and refunds at a fake Stripe."""

    @rule()
    def settle_all(self) -> None:
        """Whoever has begun to pay does, and we hear of it."""
        for pk in sorted(self.targets):
            self._pay(pk, 0)
            events.look_at_payment(pk)
            self._notice()

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), flow=st.sampled_from(["page", "sheet"]), trouble=troubles)
    def start(self, data: st.DataObject, flow: str, trouble: str) -> None:
        self._start(data.draw(st.integers(0, len(self.model.bookings) - 1)), flow, trouble)

    def _start(self, place: int, flow: str, trouble: str) -> int:
        """Returns the payment's id, or 0 if it could not be started."""
        reference, booking = list(self.model.bookings.items())[place]
        self._trouble(STARTS, trouble)
        answer = self.clients[booking.person].post(
            f"/api/v1/bookings/{reference}/payments/", {"provider": "stripe", "flow": flow}
        )
        self._trouble(STARTS, "")
        payment = 0
        if answer.status_code in {200, 201}:
            assert self.model.is_payable(booking)
            payment = answer.json()["id"]
            client = answer.json()["client"]
            self.targets[payment] = client.get("url") or client["client_secret"]
        elif answer.json()["code"] == "not_payable":
            self._notice()
            assert not self.model.is_payable(booking)
        else:
            assert answer.json()["code"] == "payment_unavailable"
        self._notice()
        return payment

    @precondition(lambda self: self.targets)
    @rule(data=st.data(), more=st.sampled_from([0, 0, 0, 0, 1, -1]))
    def pay(self, data: st.DataObject, more: int) -> None:
        """Pay at the bank; we learn of it later, or never from an event."""
        self._pay(data.draw(self._started()), more)

    def _pay(self, pk: int, more: int) -> None:
        amount = Payment.objects.get(pk=pk).amount + more
        if not self.bank.refuses("pay", target=self.targets[pk], amount=amount):
            self.at_the_bank[pk] = amount

    @precondition(lambda self: self.targets)
    @rule(data=st.data())
    def decline(self, data: st.DataObject) -> None:
        self.bank.refuses("decline", target=self.targets[data.draw(self._started())])

    @precondition(lambda self: self.targets)
    @rule(data=st.data(), copies=st.integers(1, 2), is_looked_at=st.booleans())
    def hear(self, data: st.DataObject, copies: int, is_looked_at: bool) -> None:
        """An event comes, once or twice, about any payment, and is looked at now or later."""
        pk = data.draw(self._started())
        payment = Payment.objects.get(pk=pk)
        if not payment.reference:
            return
        name = payment.reference
        kind = "payment_intent" if name.startswith("pi_") else "checkout.session"
        event = {"id": f"evt_{next(numbers)}", "object": "event", "livemode": False}
        event |= {"type": "something", "data": {"object": {"object": kind, "id": name}}}
        body, signature = signed(event, SECRET)
        for _ in range(copies):
            told = APIClient().generic(
                "POST",
                f"/api/v1/payments/stripe/{self.account.key}/webhook/",
                body.decode(),
                content_type="application/json",
                headers={"Stripe-Signature": signature},
            )
            assert told.status_code == 200, json.loads(told.content)
        if is_looked_at:
            self.look(newest_first=False)
            assert pk not in self.at_the_bank or pk in self.seen

    @rule(newest_first=st.booleans())
    def look(self, newest_first: bool) -> None:
        """The worker looks at the events that wait, in some order."""
        for event in ProviderEvent.objects.filter(done_at=None).order_by(
            "-pk" if newest_first else "pk"
        ):
            events.look_at(event.pk)
            self._notice()

    @rule()
    def sweep(self) -> None:
        """What the scheduled jobs do at some time: nothing depends on when."""
        sweeping.expire_bookings()
        ending.close_payments_of(self.account.pk)
        release_lapsed_holds()
        for booking in self.model.bookings.values():
            booking.status = booking.state(self.model.now)
        self._notice()

    @rule(trouble=troubles)
    def send_refunds(self, trouble: str) -> None:
        self._trouble(REFUNDS, trouble)
        self._send()
        self._trouble(REFUNDS, "")

    def _send(self) -> None:
        open_ones = Refund.objects.filter(status__in=["due", "sent"], payment__account=self.account)
        for refund in open_ones.order_by("pk"):
            with suppress(ProviderError):
                refunding.send(refund.pk)

    @rule(data=st.data())
    def bounce(self, data: st.DataObject) -> None:
        """A refund comes back days later; the program may learn of it long after."""
        done = Refund.objects.filter(status="succeeded", payment__account=self.account)
        if names := list(done.order_by("pk").values_list("reference", flat=True)):
            self.bank.refuses("bounce", target=data.draw(st.sampled_from(names)))
