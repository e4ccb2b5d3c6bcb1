"""A box office that sells, is paid, gives back and fails, in a model in memory and over HTTP.

The bank is a fake Stripe over HTTP. A crash before the call of a refund leaves the same rows as a
request that is lost, one after it the same as an answer that is lost. Time moves in steps of 50
seconds, so that nothing depends on the milliseconds that a run really takes.
"""

import json
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from rest_framework.test import APIClient

from lab.fake_stripe.events import signed
from lab.fake_stripe.running import Remote
from payments import ending, events, proof, refunding, sweeping
from payments.models import Payment, ProviderEvent, Refund
from payments.providers.base import ProviderError
from payments.tests.stripe_world import SECRET
from shows.models import Show
from shows.tidying import release_lapsed_holds
from tests.clock import let_pass
from tests.invariants import violations
from tests.money_model import (
    FEE,
    LABELS,
    PRICE,
    Model,
    ModelBooking,
    ModelSeat,
    ModelShow,
    ModelTicket,
)
from tests.money_world import open_theater
from theaters.models import Theater

STEP, PAID_WITHIN = 50, 15 * 60
REFUNDS = r"POST /v1/refunds$"
STARTS = r"POST /v1/(checkout/sessions|payment_intents)$"

numbers = count(1)

people = st.integers(0, 1)
screenings = st.integers(0, 1)
wishes = st.sets(st.sampled_from(LABELS), min_size=1)
troubles = st.sampled_from(
    ["", "", "lost", "error_before", "limited", "reset_after", "error_after"]
)
policies = st.sampled_from([(100, 100), (50, 50), (0, 0), (100, 33)])


class BoxOffice(RuleBasedStateMachine):
    """Two customers, an owner and two shows of three seats, in the model and over HTTP."""

    bank: Remote

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.targets: dict[int, str] = {}
        self.at_the_bank: dict[int, int] = {}
        self.seen: set[int] = set()
        made = open_theater(next(numbers))
        self.theater, self.rows, self.account = made.theater, made.shows, made.account
        self.owner, self.clients = made.owner, made.clients
        self.bank.control("faults", faults=[])

    @initialize(policy=policies, fee_too=st.booleans())
    def choose_policy(self, policy: tuple[int, int], fee_too: bool) -> None:
        """The first share is given back until 18 hours before the start."""
        self.model.policy, self.model.fee_too = policy, fee_too
        steps = [{"until_minutes": 18 * 60, "share": policy[0]}]
        steps.append({"until_minutes": 0, "share": policy[1]})
        Theater.objects.filter(pk=self.theater.pk).update(
            refund_policy=steps, fee_refundable=fee_too
        )
        self.book(0, 0, {"A1", "A2"}, "online")
        self.book(1, 1, {"A2", "A3"}, "counter")
        for place, flow in ((0, "page"), (1, "sheet"), (0, "sheet")):
            self._start(place, flow, "")

    @rule()
    def settle_all(self) -> None:
        """Whoever has begun to pay does, and we hear of it."""
        for pk in sorted(self.targets):
            self._pay(pk, 0)
            events.look_at_payment(pk)
            self._notice()

    # What customers do

    @rule(person=people, show=screenings, wish=wishes)
    def hold(self, person: int, show: int, wish: set[str]) -> None:
        answer = self.clients[person].put(self._url(show, "hold"), {"seats": sorted(wish)})
        if self._is_sold(answer, person, show, wish, 200):
            self.model.release(person, show)
            until = self.model.now + round(answer.json()["expires_in"] / 10) * 10
            for label in wish:
                self.model.shows[show].seats[label] = ModelSeat(holder=person, until=until)

    @rule(person=people, show=screenings, wish=wishes, pay=st.sampled_from(["online", "counter"]))
    def book(self, person: int, show: int, wish: set[str], pay: str) -> None:
        body = {"show": self.rows[show].pk, "seats": sorted(wish), "pay": pay}
        answer = self.clients[person].post("/api/v1/bookings/", body)
        if not self._is_sold(answer, person, show, wish, 201):
            return
        body = answer.json()
        is_online = pay == "online"
        assert body["status"] == ("pending" if is_online else "confirmed")
        assert Decimal(body["total"]) == len(wish) * (PRICE + FEE)
        until = self.model.now + PAID_WITHIN if is_online else None
        tickets = [
            ModelTicket(each["seat"], each["code"], "pending" if is_online else "valid")
            for each in body["tickets"]
        ]
        reference = body["reference"]
        self.model.bookings[reference] = ModelBooking(person, show, tickets, body["status"], until)
        self.model.release(person, show)
        for label in wish:
            kept = ModelSeat(kept_for=reference, until=until or 0)
            self.model.shows[show].seats[label] = (
                kept if is_online else ModelSeat(booking=reference)
            )

    def _is_sold(self, answer: Any, person: int, show: int, wish: set[str], status: int) -> bool:
        """Returns whether somebody got seats, which must then have been free, or else not."""
        model, lost = self.model.shows[show], self.model.lost_to(person, show, wish)
        if answer.status_code == status:
            assert not lost
            assert not model.is_cancelled
            return True
        code = answer.json()["code"]
        if code == "seats_unavailable":
            assert answer.json()["seats"] == lost
        else:
            limits = {"hold_exhausted", "too_many_pending"}
            assert code in (limits if not model.is_cancelled else {"show_not_on_sale"}), code
        return False

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), flow=st.sampled_from(["page", "sheet"]), trouble=troubles)
    def start(self, data: st.DataObject, flow: str, trouble: str) -> None:
        self._start(data.draw(st.integers(0, len(self.model.bookings) - 1)), flow, trouble)

    def _start(self, place: int, flow: str, trouble: str) -> None:
        reference, booking = list(self.model.bookings.items())[place]
        self._trouble(STARTS, trouble)
        answer = self.clients[booking.person].post(
            f"/api/v1/bookings/{reference}/payments/", {"provider": "stripe", "flow": flow}
        )
        self._trouble(STARTS, "")
        if answer.status_code in {200, 201}:
            assert self.model.is_payable(booking)
            client = answer.json()["client"]
            self.targets[answer.json()["id"]] = client.get("url") or client["client_secret"]
        elif answer.json()["code"] == "not_payable":
            self._notice()
            assert not self.model.is_payable(booking)
        else:
            assert answer.json()["code"] == "payment_unavailable"
        self._notice()

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

    # What the model makes of money

    def _notice(self) -> None:
        """Let all money that the program has booked since count in the model, too."""
        arrived = Payment.objects.filter(status="captured", account=self.account)
        for payment in arrived.exclude(pk__in=self.seen).order_by("captured_at", "pk"):
            assert payment.booking is not None
            self.seen.add(payment.pk)
            assert payment.captured == self.at_the_bank[payment.pk]
            if payment.captured == payment.amount:
                self.model.arrive(payment.booking.reference, payment.captured)
            else:
                assert payment.problem == "wrong_amount"

    # What is cancelled and used

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), single=st.booleans())
    def cancel(self, data: st.DataObject, single: bool) -> None:
        reference, booking = self._some(data)
        wanted = booking.live()[:1] if single else booking.live()
        body = {"tickets": [ticket.code for ticket in wanted]} if single and wanted else {}
        single = bool(body)
        answer = self.clients[booking.person].post(f"/api/v1/bookings/{reference}/cancel/", body)
        code = "" if answer.status_code == 200 else answer.json()["code"]
        if booking.status == "cancelled":
            assert code == "already_cancelled"
        elif single and booking.status != "confirmed":
            assert code == "booking_pending"
        elif any(ticket.is_used for ticket in wanted):
            assert code == "already_used"
        else:
            assert code == ""
            self.model.void(reference, wanted)

    @rule(show=screenings, dice=st.integers(1, 8))
    def cancel_show(self, show: int, dice: int) -> None:
        if dice > 1 or self.model.shows[show].is_cancelled:
            return
        answer = self.owner.post(self._url(show, "cancel"), {"reason": "Flood"})
        assert answer.status_code == 200, answer.json()
        self.model.shows[show] = ModelShow(is_cancelled=True)
        for reference, booking in self.model.bookings.items():
            if booking.show == show and booking.status in {"pending", "confirmed"}:
                self.model.void(reference, booking.live(), all_back=True)

    @rule(show=screenings, dice=st.integers(1, 6))
    def move_show(self, show: int, dice: int) -> None:
        if dice > 1 or self.model.shows[show].is_cancelled:
            return
        starts_at = Show.objects.get(pk=self.rows[show].pk).starts_at + timedelta(minutes=40)
        body = {"starts_at": starts_at.isoformat(), "reason": "Storm"}
        answer = self.owner.post(self._url(show, "move"), body)
        assert answer.status_code == 200, answer.json()
        for booking in self.model.bookings.values():
            if booking.show == show and booking.state(self.model.now) in {"pending", "confirmed"}:
                booking.is_free = True

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data())
    def scan(self, data: st.DataObject) -> None:
        _, booking = self._some(data)
        ticket = data.draw(st.sampled_from(booking.tickets))
        nonce = f"nonce{next(numbers)}"
        body = {"code": ticket.code, "show": self.rows[booking.show].pk, "nonce": nonce}
        answer = self.owner.post("/api/v1/checkin/scan/", body).json()
        lets_in = ticket.status == "valid" and booking.is_paid and not ticket.is_used
        assert answer["reason"] == "" if lets_in else answer["reason"] != "", answer
        ticket.is_used = ticket.is_used or lets_in

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data())
    def pay_at_the_counter(self, data: st.DataObject) -> None:
        reference, booking = self._some(data)
        due = len(booking.live()) * (PRICE + FEE)
        body = {"amount": f"{due:.2f}", "method": "cash"}
        answer = self.owner.post(f"/api/v1/bookings/{reference}/payments/counter/", body)
        assert (answer.status_code == 201) == self.model.is_payable(booking), answer.json()
        if answer.status_code == 201:
            self.model.arrive(reference, int(100 * due))

    # What goes back

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

    @rule(steps=st.integers(1, 20))
    def wait(self, steps: int) -> None:
        let_pass(timedelta(seconds=STEP * steps))
        self.model.now += STEP * steps

    # What must be true after each step

    @invariant()
    def the_books_are_right(self) -> None:
        assert proof.faults() == []
        assert violations() == []

    @invariant()
    def seats_and_tickets_are_the_models(self) -> None:
        for show, model in zip(self.rows, self.model.shows, strict=True):
            seats = self.owner.get(f"/api/v1/shows/{show.pk}/seats/").json()["seats"]
            told = {seat["label"]: seat["status"] for seat in seats}
            assert told == {
                label: self.model.status_of(seat) for label, seat in model.seats.items()
            }
        for reference, booking in self.model.bookings.items():
            told = self.clients[booking.person].get(f"/api/v1/bookings/{reference}/").json()
            assert told["status"] == booking.state(self.model.now)
            statuses = {each["code"]: each["status"] for each in told["tickets"]}
            assert statuses == {each.code: each.status for each in booking.tickets}

    def teardown(self) -> None:
        """In the end, the bank's money is ours, and each booking has what it is worth."""
        self.bank.control("faults", faults=[])
        for _ in range(2):
            for pk in sorted(self.targets):
                events.look_at_payment(pk)
                self._notice()
            self._send()
        self._pay_out()
        self._compare_with_the_bank()
        for reference, booking in self.model.bookings.items():
            kept = sum(each.kept for each in booking.tickets)
            worth = kept + len(booking.live("valid")) * int(100 * (PRICE + FEE))
            money = Payment.objects.filter(booking__reference=reference, problem="")
            held = sum(each.captured - each.refunded for each in money)
            assert held == (worth if booking.is_paid else 0)
            assert sum(each.captured for each in money) == booking.came
        assert proof.faults() == []

    def _pay_out(self) -> None:
        for refund in Refund.objects.filter(status="due", payment__account=None):
            body = {"amount": f"{Decimal(refund.amount) / 100:.2f}"}
            answer = self.owner.post(f"/api/v1/refunds/{refund.pk}/paid/", body)
            assert answer.status_code == 200, answer.json()
        assert not Refund.objects.exclude(status="succeeded").exists()

    def _compare_with_the_bank(self) -> None:
        ours = Payment.objects.filter(account=self.account, captured__gt=0)
        references = {str(each.booking.reference) for each in ours if each.booking}
        theirs = {
            each["id"]: (each["captured"], each["refunded"])
            for each in self.bank.control("totals")["payments"]
            if each["captured"] and each["metadata"]["booking"] in self.model.bookings
        }
        assert theirs == {each.reference: (each.captured, each.refunded) for each in ours}
        assert references <= self.model.bookings.keys()

    def _some(self, data: st.DataObject) -> tuple[str, ModelBooking]:
        place = data.draw(st.integers(0, len(self.model.bookings) - 1))
        return list(self.model.bookings.items())[place]

    def _started(self) -> st.SearchStrategy[int]:
        return st.sampled_from(sorted(self.targets))

    def _trouble(self, path: str, kind: str) -> None:
        self.bank.control("faults", faults=[{"kind": kind, "path": path}] if kind else [])

    def _url(self, show: int, what: str) -> str:
        return f"/api/v1/shows/{self.rows[show].pk}/{what}/"
