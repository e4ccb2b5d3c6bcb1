"""What the theater's people do: cancel and move shows, scan tickets, take money at the counter."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shows.models import Show
from tests.money_model import ModelBooking, ModelShow, ModelTicket, cents
from tests.money_office import Office, numbers, screenings


class Staff(Office):
    """Olga, at the counter and at the door."""

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
        self.model.shows[show].moved_by += 40 * 60
        for booking in self.model.bookings.values():
            if booking.show == show and booking.state(self.model.now) in {"pending", "confirmed"}:
                booking.is_free = True

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data())
    def scan(self, data: st.DataObject) -> None:
        _, booking = self._some(data)
        self._scan(booking, data.draw(st.sampled_from(booking.tickets)))

    def _scan(self, booking: ModelBooking, ticket: ModelTicket) -> None:
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
        due = self.model.due(booking) or booking.cost()
        body = {"amount": f"{due:.2f}", "method": "cash"}
        answer = self.owner.post(f"/api/v1/bookings/{reference}/payments/counter/", body)
        assert (answer.status_code == 201) == self.model.is_payable(booking), answer.json()
        if answer.status_code == 201:
            self.model.arrive(reference, cents(due))
