"""What all rules of the money machine share: the world, the model, and how it hears of money."""

from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from lab.fake_stripe.running import Remote
from payments.models import Payment
from tests.money_model import LABELS, Model, ModelBooking
from tests.money_world import open_theater

numbers = count(1)

people = st.integers(0, 1)
screenings = st.integers(0, 1)
labels = st.sampled_from(LABELS)
wishes = st.sets(labels, min_size=1)
troubles = st.sampled_from(
    ["", "", "lost", "error_before", "limited", "reset_after", "error_after"]
)


class Office(RuleBasedStateMachine):
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
        self.owner, self.clients, self.voucher = made.owner, made.clients, made.voucher
        self.bank.control("faults", faults=[])

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

    def _some(self, data: st.DataObject) -> tuple[str, ModelBooking]:
        place = data.draw(st.integers(0, len(self.model.bookings) - 1))
        return list(self.model.bookings.items())[place]

    def _started(self) -> st.SearchStrategy[int]:
        return st.sampled_from(sorted(self.targets))

    def _trouble(self, path: str, kind: str) -> None:
        self.bank.control("faults", faults=[{"kind": kind, "path": path}] if kind else [])

    def _url(self, show: int, what: str) -> str:
        return f"/api/v1/shows/{self.rows[show].pk}/{what}/"
