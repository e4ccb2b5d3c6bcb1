"""A box office that sells, is paid, gives back and fails, in a model in memory and over HTTP.

The bank is a fake Stripe over HTTP. A crash before the call of a refund leaves the same rows as a
request that is lost, one after it the same as an answer that is lost. Time moves in steps of 50
seconds, so that nothing depends on the milliseconds that a run really takes.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from payments import events, proof
from payments.models import Payment, Refund
from tests.clock import let_pass
from tests.invariants import violations
from tests.money_bank import Bank
from tests.money_customers import Customers
from tests.money_model import ModelTicket, cents
from tests.money_staff import Staff
from theaters.models import Theater

STEP = 50
policies = st.sampled_from([(100, 100), (50, 50), (0, 0), (100, 33)])


@dataclass(frozen=True)
class Tale:
    """Which of the free seats somebody wants instead, and what comes before the money."""

    wanted: int
    between: str


tales = st.builds(
    Tale,
    wanted=st.integers(0, 5),
    between=st.sampled_from(["", "", "scan", "wait", "lose the seat", "cancel"]),
)


class BoxOffice(Customers, Bank, Staff):
    """All that customers, the bank and the staff do, in any order, and what must be true then."""

    @initialize(policy=policies, fee_too=st.booleans(), told=st.lists(tales, max_size=3))
    def choose_policy(self, policy: tuple[int, int], fee_too: bool, told: list[Tale]) -> None:
        """The first share is given back until 18 hours before the start."""
        self.model.policy, self.model.fee_too = policy, fee_too
        steps = [{"until_minutes": 18 * 60, "share": policy[0]}]
        steps.append({"until_minutes": 0, "share": policy[1]})
        Theater.objects.filter(pk=self.theater.pk).update(
            refund_policy=steps, fee_refundable=fee_too
        )
        self.book(0, 0, {"A1"}, "online", has_voucher=False)
        self.book(1, 1, {"A2", "A3"}, "counter", has_voucher=True)
        for place, flow in ((0, "page"), (1, "sheet"), (0, "sheet")):
            self._start(place, flow, "")
        for tale in told:
            self.exchange_and_pay(0, tale)

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), tale=tales)
    def exchange_in_the_end(self, data: st.DataObject, tale: Tale) -> None:
        self.exchange_and_pay(data.draw(st.integers(0, len(self.model.bookings) - 1)), tale)

    def exchange_and_pay(self, place: int, tale: Tale) -> None:
        """Somebody pays for a booking, wants another seat, and pays the difference, if there is
        any; something may come in between."""
        reference, booking = list(self.model.bookings.items())[place]
        self._pay_and_hear(self._start(place, "sheet", ""))
        places = self.model.free_places()
        if not booking.live("valid") or not places:
            return
        ticket = booking.live("valid")[0]
        show, label = places[tale.wanted % len(places)]
        self._exchange(reference, ticket, show, label, times=2)
        payment = self._start(place, "sheet", "")
        self._come_between(tale.between, reference, ticket)
        self._pay_and_hear(payment)

    def _come_between(self, what: str, reference: str, ticket: ModelTicket) -> None:
        booking = self.model.bookings[reference]
        waits = booking.exchange
        if what in {"wait", "lose the seat"}:
            self.wait(20)
        if what == "lose the seat" and waits:
            lost, somebody = {waits.new.label}, 1 - booking.person
            self.book(somebody, waits.show, lost, "counter", has_voucher=False)
        elif what == "scan":
            self._scan(booking, ticket)
        elif what == "cancel" and ticket.status == "valid":
            self._cancel(reference, [ticket], is_single=True)

    def _pay_and_hear(self, payment: int) -> None:
        if payment:
            self._pay(payment, 0)
            events.look_at_payment(payment)
            self._notice()

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
            worth = kept + sum(cents(each.cost) for each in booking.live("valid"))
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
