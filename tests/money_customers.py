"""What customers do at the box office: hold, book, exchange and cancel."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.money_model import (
    PAID_WITHIN,
    PRICES,
    VOUCHER_SHARE,
    VOUCHER_USES,
    ModelBooking,
    ModelExchange,
    ModelSeat,
    ModelTicket,
    share_of,
)
from tests.money_office import Office, labels, numbers, people, screenings, wishes


def price_of(show: int, label: str, *, has_voucher: bool) -> Decimal:
    price = PRICES[show][label]
    return price - share_of(price, VOUCHER_SHARE if has_voucher else 0)


class Customers(Office):
    """Alice and Bob."""

    @rule(person=people, show=screenings, wish=wishes)
    def hold(self, person: int, show: int, wish: set[str]) -> None:
        answer = self.clients[person].put(self._url(show, "hold"), {"seats": sorted(wish)})
        if self._is_sold(answer, person, show, wish, 200):
            self.model.release(person, show)
            until = self.model.now + round(answer.json()["expires_in"] / 10) * 10
            for label in wish:
                self.model.shows[show].seats[label] = ModelSeat(holder=person, until=until)

    @rule(
        person=people,
        show=screenings,
        wish=wishes,
        pay=st.sampled_from(["online", "counter"]),
        has_voucher=st.booleans(),
    )
    def book(self, person: int, show: int, wish: set[str], pay: str, *, has_voucher: bool) -> None:
        body = {"show": self.rows[show].pk, "seats": sorted(wish), "pay": pay}
        body |= {"voucher": self.voucher} if has_voucher else {}
        is_used_up = has_voucher and self.model.voucher_uses() >= VOUCHER_USES
        answer = self.clients[person].post("/api/v1/bookings/", body)
        if answer.status_code == 409 and answer.json()["code"] == "voucher_used_up":
            assert is_used_up
            return
        if not self._is_sold(answer, person, show, wish, 201):
            return
        assert not is_used_up
        body = answer.json()
        is_online = pay == "online"
        assert body["status"] == ("pending" if is_online else "confirmed")
        until = self.model.now + PAID_WITHIN if is_online else None
        tickets = [
            ModelTicket(
                each["seat"],
                each["code"],
                "pending" if is_online else "valid",
                price_of(show, each["seat"], has_voucher=has_voucher),
            )
            for each in body["tickets"]
        ]
        reference = body["reference"]
        booking = ModelBooking(person, show, tickets, body["status"], until, has_voucher)
        self.model.bookings[reference] = booking
        assert Decimal(body["total"]) == booking.cost()
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
    @rule(data=st.data(), single=st.booleans())
    def cancel(self, data: st.DataObject, single: bool) -> None:
        reference, booking = self._some(data)
        wanted = booking.live()[:1] if single else booking.live()
        self._cancel(reference, wanted, is_single=single and bool(wanted))

    def _cancel(self, reference: str, wanted: list[ModelTicket], *, is_single: bool) -> None:
        booking = self.model.bookings[reference]
        body = {"tickets": [ticket.code for ticket in wanted]} if is_single else {}
        answer = self.clients[booking.person].post(f"/api/v1/bookings/{reference}/cancel/", body)
        code = "" if answer.status_code == 200 else answer.json()["code"]
        if booking.status == "cancelled":
            assert code == "already_cancelled"
        elif is_single and booking.status != "confirmed":
            assert code == "booking_pending"
        elif any(ticket.is_used for ticket in wanted):
            assert code == "already_used"
        else:
            assert code == ""
            self.model.void(reference, wanted)

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), show=screenings, label=labels, is_repeated=st.booleans())
    def exchange(self, data: st.DataObject, show: int, label: str, is_repeated: bool) -> None:
        reference, booking = self._some(data)
        ticket = data.draw(st.sampled_from(booking.tickets))
        self._exchange(reference, ticket, show, label, times=1 + is_repeated)

    def _exchange(
        self, reference: str, ticket: ModelTicket, show: int, label: str, *, times: int
    ) -> None:
        booking = self.model.bookings[reference]
        code = self.model.verdict(reference, ticket, show, label)
        price = price_of(show, label, has_voucher=booking.has_voucher)
        is_open = booking.is_paid and price > ticket.price
        until = self.model.now
        if not code and is_open:
            until = booking.keeps_until(self.model.now) or 0
            code = "" if until else "hold_exhausted"
        body = {"ticket": ticket.code, "seat": label, "show": self.rows[show].pk}
        headers = {"Idempotency-Key": f"exchange{next(numbers)}"}
        path = f"/api/v1/bookings/{reference}/exchange/"
        client = self.clients[booking.person]
        for _ in range(times):  # the answer to the first may be lost
            answer = client.post(path, body, headers=headers)
        told = answer.json()
        if code:
            assert told.get("code") == code, (told, code)
            return
        assert answer.status_code == (201 if is_open else 200), told
        known = {each.code for each in booking.tickets}
        (new,) = (each["code"] for each in told["tickets"] if each["code"] not in known)
        wanted = ModelTicket(label, new, "pending", price)
        self.model.exchange(reference, ModelExchange(ticket, wanted, show, until))
