"""The counter: a person takes the money, and gives it back. There is nobody to call."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from payments.providers.base import (
    Attempt,
    Facts,
    Hint,
    InvalidSignature,
    Provider,
    RefundFacts,
    RefundOrder,
    Refused,
    Started,
)


class ByHand(Refused):
    """Only the people at the counter know: what they report is in our own tables."""

    def __init__(self) -> None:
        super().__init__("by_hand")


class Counter(Provider):
    """Money that changes hands."""

    name: ClassVar[str] = "counter"
    label: ClassVar[str] = "At the counter"
    is_by_hand: ClassVar[bool] = True

    def start(self, attempt: Attempt) -> Started:
        """Names the payment; the customer goes to the counter."""
        return Started(f"counter-{attempt.payment_id}", {}, attempt.expires_at)

    def look(self, reference: str) -> Facts:
        raise ByHand

    def find(self, attempt: Attempt) -> Facts | None:
        return None

    def cancel(self, reference: str) -> Facts:
        raise ByHand

    def refund(self, order: RefundOrder) -> RefundFacts:
        raise ByHand

    def refunds(self, payment_reference: str) -> tuple[RefundFacts, ...]:
        raise ByHand

    def since(self, moment: datetime) -> Iterator[Facts]:
        return iter(())

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        raise InvalidSignature
