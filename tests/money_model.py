"""A box office in memory: who has which seats, and what came for which booking."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

LABELS = ["A1", "A2", "A3"]
PRICE, FEE = Decimal("10.25"), Decimal("0.70")


@dataclass
class ModelTicket:
    """A ticket, which is pending, valid or void; `kept` is what a void one has not given back."""

    label: str
    code: str
    status: str
    is_used: bool = False
    kept: int = 0


@dataclass
class ModelBooking:
    """A booking, and what came for it in cents."""

    person: int
    show: int
    tickets: list[ModelTicket]
    status: str
    until: int | None
    is_paid: bool = False
    is_free: bool = False
    came: int = 0

    def live(self, *statuses: str) -> list[ModelTicket]:
        return [each for each in self.tickets if each.status in (statuses or ("pending", "valid"))]

    def state(self, now: int) -> str:
        is_over = self.status == "pending" and self.until is not None and self.until <= now
        return "expired" if is_over else self.status


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
    """The seats of a show."""

    seats: dict[str, ModelSeat] = field(
        default_factory=lambda: {label: ModelSeat() for label in LABELS}
    )
    is_cancelled: bool = False


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

    def release(self, person: int, show: int) -> None:
        for label, seat in self.shows[show].seats.items():
            if seat.holder == person:
                self.shows[show].seats[label] = ModelSeat()

    def is_payable(self, booking: ModelBooking) -> bool:
        is_open = booking.state(self.now) in {"pending", "confirmed"}
        return is_open and not booking.is_paid and bool(booking.live())

    def arrive(self, reference: str, amount: int) -> None:
        booking = self.bookings[reference]
        booking.came += amount
        show = self.shows[booking.show]
        if show.is_cancelled or booking.is_paid:
            return
        if booking.status == "confirmed":
            booking.is_paid = True
        elif booking.status in {"pending", "expired"}:
            seats = [show.seats[ticket.label] for ticket in booking.live()]
            if all(seat.kept_for == reference or seat.is_free(self.now) for seat in seats):
                booking.status, booking.is_paid = "confirmed", True
                for ticket in booking.live():
                    ticket.status = "valid"
                    show.seats[ticket.label] = ModelSeat(booking=reference)

    def void(self, reference: str, tickets: list[ModelTicket], *, all_back: bool = False) -> None:
        booking = self.bookings[reference]
        seats = self.shows[booking.show].seats
        for ticket in tickets:
            seat = seats[ticket.label]
            if reference in (seat.booking, seat.kept_for):
                seats[ticket.label] = ModelSeat()
            if booking.is_paid and not all_back:
                ticket.kept = self.kept(booking)
            ticket.status = "void"
        if not booking.live():
            booking.status = "cancelled"

    def kept(self, booking: ModelBooking) -> int:
        if booking.is_free:
            return 0
        share = self.policy[self.now >= 2 * 3600]
        back = (PRICE * share / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return int(100 * (PRICE - back + (0 if self.fee_too else FEE)))

    def status_of(self, seat: ModelSeat) -> str:
        if seat.booking:
            return "booked"
        return "available" if seat.is_free(self.now) else "selected"
