"""A box office in memory: who has which seats, and what came for which booking."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

LABELS = ["A1", "A2", "A3"]
PRICES = [
    dict(zip(LABELS, map(Decimal, row), strict=True))
    for row in (("10.25", "12.40", "14.15"), ("9.99", "10.25", "12.60"))
]
FEE = Decimal("0.70")
VOUCHER_SHARE, VOUCHER_USES = 20, 2
PAID_WITHIN, KEPT_AT_MOST = 15 * 60, 16 * 60
LATE_AFTER = 2 * 3600
"""Seconds after the beginning from which on the second share of the policy is given back."""


def share_of(amount: Decimal, percent: int) -> Decimal:
    return (amount * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def cents(amount: Decimal) -> int:
    return int(100 * amount)


@dataclass
class ModelTicket:
    """A ticket, which is pending, valid or void; `kept` is what a void one has not given back.
    `is_wanted` is one for which another ticket will be given when it is paid."""

    label: str
    code: str
    status: str
    price: Decimal
    is_used: bool = False
    is_wanted: bool = False
    kept: int = 0

    @property
    def cost(self) -> Decimal:
        return self.price + FEE


@dataclass
class ModelExchange:
    """What a ticket is to be exchanged for, when the difference is paid."""

    old: ModelTicket
    new: ModelTicket
    show: int
    until: int

    @property
    def difference(self) -> Decimal:
        return self.new.price - self.old.price

    def can_be_done(self) -> bool:
        is_there = self.old.status == "valid" and not self.old.is_used
        return is_there and self.new.status == "pending"


@dataclass
class ModelBooking:
    """A booking, and what came for it in cents."""

    person: int
    show: int
    tickets: list[ModelTicket]
    status: str
    until: int | None
    has_voucher: bool = False
    is_paid: bool = False
    is_free: bool = False
    came: int = 0
    exchange: ModelExchange | None = None
    kept_since: list[tuple[int, int]] = field(default_factory=list)

    def live(self, *statuses: str) -> list[ModelTicket]:
        wanted = statuses or ("pending", "valid")
        return [each for each in self.tickets if each.status in wanted and not each.is_wanted]

    def cost(self) -> Decimal:
        return sum((each.cost for each in self.live()), Decimal(0))

    def state(self, now: int) -> str:
        is_over = self.status == "pending" and self.until is not None and self.until <= now
        return "expired" if is_over else self.status

    def open_exchange(self, now: int) -> ModelExchange | None:
        """Returns what can be paid to exchange a ticket."""
        exchange = self.exchange
        is_open = exchange and exchange.can_be_done() and exchange.until > now
        return exchange if is_open and self.is_paid and self.status == "confirmed" else None

    def keeps_until(self, now: int) -> int | None:
        """Returns until when a dearer seat is kept from now; None if it must wait."""
        began, over = now, 0
        for since, until in self.kept_since:
            began = since if over + KEPT_AT_MOST <= since or not over else began
            over = max(over, until)
        last = (began if over and over + KEPT_AT_MOST > now else now) + KEPT_AT_MOST
        return min(now + PAID_WITHIN, last) if last > now else None


@dataclass
class ModelSeat:
    """Who has a seat: a person or a booking until a moment, or a booking for good."""

    holder: int | None = None
    kept_for: str | None = None
    until: int = 0
    booking: str | None = None

    def is_free(self, now: int) -> bool:
        return self.booking is None and self.until <= now


@dataclass
class ModelShow:
    """The seats of a show, and by how many seconds it was moved."""

    seats: dict[str, ModelSeat] = field(
        default_factory=lambda: {label: ModelSeat() for label in LABELS}
    )
    is_cancelled: bool = False
    moved_by: int = 0


class Model:
    """Two shows, their bookings, and the theater's policy: a share of the price until two hours
    from the beginning, and one after that."""

    def __init__(self) -> None:
        self.now = 0
        self.policy = (100, 100)
        self.fee_too = False
        self.bookings: dict[str, ModelBooking] = {}
        self.shows = [ModelShow(), ModelShow()]

    def lost_to(self, person: int, show: int, wish: set[str]) -> list[str]:
        """Return the seats that somebody else has."""
        seats = {label: self.shows[show].seats[label] for label in sorted(wish)}
        return [
            label
            for label, seat in seats.items()
            if seat.holder != person and not seat.is_free(self.now)
        ]

    def free_places(self) -> list[tuple[int, str]]:
        """Returns shows and labels of the seats that anybody can have."""
        return [
            (number, label)
            for number, show in enumerate(self.shows)
            for label, seat in show.seats.items()
            if seat.is_free(self.now) and not show.is_cancelled
        ]

    def release(self, person: int, show: int) -> None:
        for label, seat in self.shows[show].seats.items():
            if seat.holder == person:
                self.shows[show].seats[label] = ModelSeat()

    def voucher_uses(self, *, besides: str = "") -> int:
        """Returns by how many bookings the voucher is used now."""
        return sum(
            booking.has_voucher and booking.state(self.now) in {"pending", "confirmed"}
            for reference, booking in self.bookings.items()
            if reference != besides
        )

    def is_payable(self, booking: ModelBooking) -> bool:
        return self.due(booking) > 0

    def due(self, booking: ModelBooking) -> Decimal:
        """Returns what can be paid for the booking, or to exchange a ticket of it."""
        if booking.state(self.now) not in {"pending", "confirmed"}:
            return Decimal(0)
        if not booking.is_paid:
            return booking.cost()
        exchange = booking.open_exchange(self.now)
        return exchange.difference if exchange else Decimal(0)

    def arrive(self, reference: str, amount: int) -> None:
        """Counts money, and does what it pays for; what it does not comes back."""
        booking = self.bookings[reference]
        booking.came += amount
        if self.shows[booking.show].is_cancelled:
            return
        if booking.status == "confirmed" and booking.is_paid:
            self._pay_exchange(reference, amount)
        elif booking.status == "confirmed":
            booking.is_paid = cents(booking.cost()) <= amount
        elif booking.status in {"pending", "expired"}:
            self._confirm(reference)

    def _confirm(self, reference: str) -> None:
        booking = self.bookings[reference]
        if booking.has_voucher and self.voucher_uses(besides=reference) >= VOUCHER_USES:
            return
        seats = self.shows[booking.show].seats
        if all(self._can_have(reference, seats[ticket.label]) for ticket in booking.live()):
            booking.status, booking.is_paid = "confirmed", True
            for ticket in booking.live():
                ticket.status = "valid"
                seats[ticket.label] = ModelSeat(booking=reference)

    def _can_have(self, reference: str, seat: ModelSeat) -> bool:
        return seat.kept_for == reference or seat.is_free(self.now)

    def _pay_exchange(self, reference: str, amount: int) -> None:
        exchange = self.bookings[reference].exchange
        if exchange is None or cents(exchange.difference) != amount or not exchange.can_be_done():
            return
        show = self.shows[exchange.show]
        if not show.is_cancelled and self._can_have(reference, show.seats[exchange.new.label]):
            self.complete(reference, exchange)

    def verdict(self, reference: str, ticket: ModelTicket, show: int, label: str) -> str:
        """Returns why a ticket cannot be exchanged for this seat; nothing if it can."""
        booking, seat = self.bookings[reference], self.shows[show].seats[label]
        is_had = seat.holder == booking.person or self._can_have(reference, seat)
        goes_away = show != booking.show
        reasons = {
            "already_cancelled": booking.status == "cancelled",
            "booking_pending": booking.status != "confirmed",
            "unknown_tickets": ticket.status != "valid",
            "already_used": ticket.is_used,
            "show_not_on_sale": self.shows[show].is_cancelled,
            "other_tickets": goes_away and len(booking.live("valid")) > 1,
            "too_late": goes_away and self.share(booking) < 100,
            "seats_unavailable": not is_had,
        }
        return next((code for code, is_so in reasons.items() if is_so), "")

    def exchange(self, reference: str, exchange: ModelExchange) -> None:
        """Exchanges a ticket, or keeps the seat until it is paid."""
        booking = self.bookings[reference]
        self._give_up(reference)
        booking.tickets.append(exchange.new)
        if booking.is_paid and exchange.difference > 0:
            kept = ModelSeat(kept_for=reference, until=exchange.until)
            self.shows[exchange.show].seats[exchange.new.label] = kept
            booking.exchange, exchange.new.is_wanted = exchange, True
            booking.kept_since.append((self.now, exchange.until))
        else:
            self.complete(reference, exchange)

    def complete(self, reference: str, exchange: ModelExchange) -> None:
        booking, old, new = self.bookings[reference], exchange.old, exchange.new
        cheaper = max(-exchange.difference, Decimal(0))
        if booking.is_paid:
            old.kept = cents(cheaper - share_of(cheaper, self.share(booking)))
        old.status, new.status, new.is_wanted = "void", "valid", False
        self.shows[booking.show].seats[old.label] = ModelSeat()
        self.shows[exchange.show].seats[new.label] = ModelSeat(booking=reference)
        booking.is_free = booking.is_free and exchange.show == booking.show
        booking.show, booking.exchange = exchange.show, None

    def _give_up(self, reference: str) -> None:
        booking = self.bookings[reference]
        if booking.exchange:
            new, seats = booking.exchange.new, self.shows[booking.exchange.show].seats
            if seats[new.label].kept_for == reference:
                seats[new.label] = ModelSeat()
            new.status, booking.exchange = "void", None

    def void(self, reference: str, tickets: list[ModelTicket], *, all_back: bool = False) -> None:
        booking = self.bookings[reference]
        seats = self.shows[booking.show].seats
        if booking.exchange and booking.exchange.old in tickets:
            self._give_up(reference)
        for ticket in tickets:
            seat = seats[ticket.label]
            if reference in (seat.booking, seat.kept_for):
                seats[ticket.label] = ModelSeat()
            if booking.is_paid and not all_back:
                ticket.kept = self.kept(booking, ticket)
            ticket.status = "void"
        if not booking.live():
            booking.status = "cancelled"

    def share(self, booking: ModelBooking) -> int:
        """Returns the percent of prices that come back now."""
        if booking.is_free:
            return 100
        return self.policy[self.now >= LATE_AFTER + self.shows[booking.show].moved_by]

    def kept(self, booking: ModelBooking, ticket: ModelTicket) -> int:
        kept = ticket.price - share_of(ticket.price, self.share(booking))
        return cents(kept + (0 if self.fee_too or booking.is_free else FEE))

    def status_of(self, seat: ModelSeat) -> str:
        if seat.booking:
            return "booked"
        return "available" if seat.is_free(self.now) else "selected"
