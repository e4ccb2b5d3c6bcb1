"""Simulated customers who pay online: at once, after a declined card, twice, late, never."""

import uuid
from collections.abc import Callable

from lab.stress import catalogue
from lab.stress.bank import Bank, some_way
from lab.stress.catalogue import Catalogue
from lab.stress.customers import Customer, Sent, at_once, cancel
from lab.stress.history import PAYING, Record
from lab.stress.mailbox import Mailbox
from lab.stress.person import Person


class Payer(Customer):
    """A customer whose bookings are confirmed by their money."""

    def __init__(self, person: Person, catalogue: Catalogue, mailbox: Mailbox, bank: Bank) -> None:
        super().__init__(person, catalogue, mailbox)
        self.bank = bank
        self.unpaid: list[str] = []
        self.left_open: list[str] = []

    def _habits(self) -> list[tuple[int, Callable[[int], object]]]:
        return [
            (14, self.look_around),
            (10, self.look_at_seats),
            (26, self.order),
            (26, self.pay),
            (8, self.pay_in_two_windows),
            (6, self.pay_after_a_declined_card),
            (8, self.leave_the_page),
            (6, self.pay_on_a_page_left_open),
            (4, self.pay_twice),
            (8, self.cancel),
            (4, self.cancel_unpaid),
            (5, self.look_at_bookings),
            (1, self.refresh),
        ]

    def order(self, show: int) -> None:
        """Book seats that are then kept until they are paid; pay first what is open."""
        if len(self.unpaid) >= 2:
            self.pay(show)
        elif seats := self._choose(show):
            body = {"show": show, "seats": seats, "pay": "online"}
            self._book(Sent(uuid.uuid4().hex, body, dict(body)))

    def _remember(self, sent: Sent, record: Record) -> None:
        before = len(self.live)
        super()._remember(sent, record)
        self.unpaid += self.live[before:]
        del self.live[before:]

    def pay(self, show: int) -> None:
        if reference := self._some_unpaid():
            self._submit(self._start(self.person, reference))

    def pay_in_two_windows(self, show: int) -> None:
        """Start to pay in two windows, and submit both."""
        if reference := self._some_unpaid():
            flow = some_way(self.random)
            for target in at_once(
                self.person, 2, lambda person: self._start(person, reference, flow)
            ):
                self._submit(target)

    def pay_after_a_declined_card(self, show: int) -> None:
        if reference := self._some_unpaid():
            target = self._start(self.person, reference)
            if target:
                self.bank.act("decline", target)
            self._submit(target)

    def leave_the_page(self, show: int) -> None:
        """Start to pay, and go away."""
        if (reference := self._some_unpaid()) and (target := self._start(self.person, reference)):
            self.left_open.append(target)

    def pay_on_a_page_left_open(self, show: int) -> None:
        """Pay in the end, perhaps too late, or for what has been cancelled."""
        if self.left_open:
            place = self.random.randrange(len(self.left_open))
            self._submit(self.left_open.pop(place))

    def pay_twice(self, show: int) -> None:
        """Pay on a page and in an app, which are two payments of one booking."""
        if reference := self._some_unpaid():
            targets = [self._start(self.person, reference, flow) for flow in ("page", "sheet")]
            for target in targets:
                self._submit(target)

    def cancel_unpaid(self, show: int) -> None:
        if self.unpaid:
            cancel(self.person, self.unpaid.pop(), "")

    def _some_unpaid(self) -> str:
        """Take a booking that waits for its money; it may be cancelled from now on."""
        if not self.unpaid:
            return ""
        reference = self.unpaid.pop(self.random.randrange(len(self.unpaid)))
        self.live.append(reference)
        return reference

    def _start(self, person: Person, reference: str, flow: str = "") -> str:
        """Start to pay, twice if the bank does not answer; return where to go on, or nothing."""
        body = {"provider": "stripe", "flow": flow or some_way(self.random)}
        for _ in range(2):
            record = person.call(
                PAYING,
                f"POST bookings/{reference}/payments/",
                body,
                asked={"reference": reference},
                read=catalogue.payment,
            )
            if not record.has_banks_fault:
                break
        return str(record.answer.get("target", ""))

    def _submit(self, target: str) -> None:
        if target:
            self.bank.act("pay", target)
