"""Simulated customers, who look, hold, change their minds, book, retry, cancel, log in and out."""

import hashlib
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lab.stress import catalogue
from lab.stress.catalogue import Catalogue
from lab.stress.history import Outcome, Record
from lab.stress.mailbox import Mailbox
from lab.stress.person import Person

T = TypeVar("T")


@dataclass(slots=True)
class Sent:
    """A booking request that can be sent again as it was."""

    key: str
    body: dict[str, Any]
    asked: dict[str, Any] = field(default_factory=dict)


class Customer:
    """A person in an endless loop of what customers do, one action at a time."""

    def __init__(self, person: Person, catalogue: Catalogue, mailbox: Mailbox) -> None:
        self.person = person
        self.mailbox = mailbox
        self.random = person.random
        self.catalogue = catalogue
        self.free: list[str] = []
        self.booked: list[Sent] = []
        self.live: list[str] = []
        self._weights = {do: weight for weight, do in self._habits()}

    def _habits(self) -> list[tuple[int, Callable[[int], object]]]:
        return [
            (28, self.look_around),
            (28, self.look_at_seats),
            (32, self.hold),
            (10, self.look_at_hold),
            (6, self.release),
            (24, self.book_hold),
            (12, self.book_in_one_step),
            (6, self.book_twice_at_once),
            (2, self.swap_while_booking),
            (2, self.hold_at_once),
            (6, self.send_again),
            (2, self.misuse_key),
            (10, self.cancel),
            (4, self.cancel_twice_at_once),
            (8, self.look_at_bookings),
            (4, self.peek),
            (1, self.refresh),
            (1, self.refresh_at_once),
            (1, self.leave_and_return),
            (1, self.leave_everywhere),
            (1, self.guess_code),
        ]

    def live_until(self, stop: threading.Event) -> None:
        """Act until told to stop, with short pauses."""
        while not stop.is_set():
            self.act()
            time.sleep(self.random.uniform(0, 0.15))

    def act(self) -> None:
        show = self.catalogue.some_show(self.random)
        if show is None:
            self.look_around(0)
            return
        (do,) = self.random.choices(list(self._weights), list(self._weights.values()))
        self._try(do, show)

    def crowd_in(self, show: int) -> None:
        """Book seats of a show that all want, or hold and book them in parallel windows."""
        ways = [self.book_in_one_step, self.book_hold, self.swap_while_booking, self.hold_at_once]
        (do,) = self.random.choices(ways, [5, 2, 2, 1])
        self._try(do, show)

    def _try(self, do: Callable[[int], object], show: int) -> None:
        """Do it, and log in again if it was refused for lack of a valid token."""
        before = len(self.person.history.records)
        do(show)
        last = self.person.history.records[before:]
        is_out = any(r.status == 401 and r.actor == self.person.email for r in last)
        if is_out and not self.person.authenticate():
            time.sleep(self.random.uniform(0.5, 2))

    def look_around(self, show: int) -> None:
        call = self.person.call
        call("browse", "GET shows/?page_size=20", read=self.catalogue.update)
        path = self.random.choice(["movies/", "theaters/", f"shows/{show}/", "movies/?search=metr"])
        if show:
            call("browse", f"GET {path}")

    def look_at_seats(self, show: int) -> None:
        def read(answer: Any) -> dict[str, Any]:
            self.free = [s["label"] for s in answer["seats"] if s["status"] == "available"]
            return catalogue.seats(answer)

        self.person.call("seats", f"GET shows/{show}/seats/", asked={"show": show}, read=read)

    def _choose(self, show: int) -> list[str]:
        """Return one to four of the front seats, for which all compete."""
        self.look_at_seats(show)
        front = self.free[:12]
        return self.random.sample(front, min(len(front), self.random.randint(1, 4)))

    def hold(self, show: int) -> None:
        if seats := self._choose(show):
            self.person.call(
                "hold",
                f"PUT shows/{show}/hold/",
                {"seats": seats},
                asked={"show": show, "seats": seats},
                read=catalogue.hold,
            )

    def hold_at_once(self, show: int) -> None:
        """Hold different seats in two windows, together more than the limit."""
        self.look_at_seats(show)
        seats = self.random.sample(self.free, min(len(self.free), 14))
        windows = [seats[:7], seats[7:]]
        if len(seats) > 10:
            at_once(self.person, 2, lambda person: swap(person, show, windows.pop()))
            self.look_at_hold(show)

    def swap_while_booking(self, show: int) -> None:
        """Book a hold in two windows with one key, and swap one or both seats in a third."""
        self.look_at_seats(show)
        if len(self.free) < 4:
            return
        first, second, *others = self.random.sample(self.free, 4)
        swap(self.person, show, [first, second])
        others[0] = self.random.choice([first, others[0]])
        sent = Sent(uuid.uuid4().hex, {"show": show}, {"show": show})
        windows = iter([None, others, None])

        def act(person: Person) -> Record:
            seats = next(windows)
            return swap(person, show, seats) if seats else book(person, sent)

        for record in at_once(self.person, 3, act):
            if record.kind == "book" and record.is_ok:
                self._remember(sent, record)
                break

    def look_at_hold(self, show: int) -> None:
        path = f"GET shows/{show}/hold/"
        self.person.call("my_hold", path, asked={"show": show}, read=catalogue.hold)

    def release(self, show: int) -> None:
        self.person.call("release", f"DELETE shows/{show}/hold/", asked={"show": show})

    def book_hold(self, show: int) -> None:
        if self.random.random() < 0.7:
            self.hold(show)
        self._book(Sent(uuid.uuid4().hex, {"show": show}, {"show": show}))

    def book_in_one_step(self, show: int) -> None:
        if seats := self._choose(show):
            body = {"show": show, "seats": seats}
            self._book(Sent(uuid.uuid4().hex, body, dict(body)))

    def _book(self, sent: Sent) -> None:
        """Send until it is answered, or give up: the outcome is then resolved after the run."""
        for _ in range(self.random.choice([1, 2, 4])):
            record = book(self.person, sent)
            if record.outcome is not Outcome.UNKNOWN:
                break
            time.sleep(self.random.uniform(0.05, 0.5))
        self._remember(sent, record)

    def _remember(self, sent: Sent, record: Record) -> None:
        if record.is_ok:
            self.booked = [*self.booked[-20:], sent]
            self.live.append(record.answer["reference"])
            self.catalogue.references.append((self.person.email, record.answer["reference"]))

    def book_twice_at_once(self, show: int) -> None:
        if seats := self._choose(show):
            body = {"show": show, "seats": seats}
            sent = Sent(uuid.uuid4().hex, body, dict(body))
            for record in at_once(self.person, 3, lambda person: book(person, sent)):
                if record.is_ok:
                    self._remember(sent, record)
                    break

    def send_again(self, show: int) -> None:
        if self.booked:
            book(self.person, self.random.choice(self.booked), kind="replay")

    def misuse_key(self, show: int) -> None:
        if self.booked:
            sent = self.random.choice(self.booked)
            body = {"show": sent.body["show"], "seats": ["A9"]}
            self.person.call("misuse", "POST bookings/", body, asked={"key": sent.key})

    def cancel(self, show: int) -> None:
        if self.live:
            reference = self.live.pop(self.random.randrange(len(self.live)))
            key = self.random.choice([uuid.uuid4().hex, ""])
            record = cancel(self.person, reference, key)
            if record.outcome is Outcome.UNKNOWN:
                cancel(self.person, reference, key)

    def cancel_twice_at_once(self, show: int) -> None:
        if self.live:
            reference = self.live.pop(self.random.randrange(len(self.live)))
            at_once(self.person, 2, lambda person: cancel(person, reference, ""))

    def look_at_bookings(self, show: int) -> None:
        call, read = self.person.call, catalogue.references
        call("my_bookings", "GET bookings/?page_size=50", read=read)
        if self.live:
            call("my_booking", f"GET bookings/{self.random.choice(self.live)}/", read=read)

    def peek(self, show: int) -> None:
        for email, reference in list(self.catalogue.references)[-5:]:
            if email != self.person.email:
                way = self.random.choice([f"GET bookings/{reference}/"])
                self.person.call("peek", way)
                return

    def refresh(self, show: int) -> None:
        self.person.renew() or self.person.log_in()

    def refresh_at_once(self, show: int) -> None:
        """Use one token in four windows: one of them gets the next, the others share it."""
        people = at_once(self.person, 4, lambda person: (person.renew(), person)[1])
        token = self.person.refresh
        winners = [person for person in people if person.refresh != token]
        if winners:
            self.person.access, self.person.refresh = winners[0].access, winners[0].refresh
        else:
            self.person.log_in()

    def leave_and_return(self, show: int) -> None:
        if self.person.log_out():
            self.person.call("after_logout", "GET bookings/")
        self.person.log_in()

    def leave_everywhere(self, show: int) -> None:
        """End all sessions, this one and those that were left open."""
        if self.person.call("logout_all", "POST auth/logout-all/").is_ok:
            self.person.call("after_logout", "GET bookings/")
        self.person.log_in()

    def guess_code(self, show: int) -> None:
        """Have a code mailed, send seven wrong guesses at once, and then the right code."""
        before = len(self.mailbox.codes_for(self.person.email))
        self.person.call("browse", "POST auth/email/resend/")
        for _ in range(20):
            codes = self.mailbox.codes_for(self.person.email)
            if len(codes) > before:
                self._guess(codes[-1])
                return
            time.sleep(0.2)

    def _guess(self, code: str) -> None:
        asked = {"code": hashlib.sha256(code.encode()).hexdigest()[:16]}
        wrong = f"{(int(code) + 1) % 10**6:06}"

        def guess(person: Person, digits: str = wrong) -> Record:
            kind = "wrong_code" if digits == wrong else "right_code"
            return person.call(kind, "POST auth/email/verify/", {"code": digits}, asked=asked)

        at_once(self.person, self.random.choice([2, 7]), guess)
        guess(self.person, code)
        guess(self.person, code)


def book(person: Person, sent: Sent, kind: str = "book") -> Record:
    """Send a booking with its key."""
    asked = {**sent.asked, "key": sent.key}
    return person.call(kind, "POST bookings/", sent.body, asked=asked, read=catalogue.booking)


def swap(person: Person, show: int, seats: list[str]) -> Record:
    """Hold these seats while another window of the same person is active."""
    asked = {"show": show, "seats": seats}
    path = f"PUT shows/{show}/hold/"
    return person.call("swap", path, {"seats": seats}, asked=asked, read=catalogue.hold)


def cancel(person: Person, reference: str, key: str) -> Record:
    """Send a cancellation, with a key or without."""
    asked = {"reference": reference, "key": key}
    return person.call("cancel", f"POST bookings/{reference}/cancel/", asked=asked)


def at_once(person: Person, count: int, do: Callable[[Person], T]) -> list[T]:
    """Let several windows of one person do the same at the same time."""
    results: list[T] = []
    start = threading.Barrier(count)

    def window(twin: Person) -> None:
        start.wait()
        results.append(do(twin))
        twin.close()

    threads = [threading.Thread(target=window, args=(person.twin(),)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
