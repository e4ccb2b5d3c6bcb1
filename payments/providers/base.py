"""What a payment provider does for us, and in which words.

Amounts are whole numbers of the currency's minor unit (ISO 4217). A provider keeps nothing: it
translates. No call may be made inside a transaction, because a call can take seconds.

What a call says for certain is little: an answer can get lost after its effect. So every call is
repeated with the same key until its outcome is known, an event is only a hint to look, and what
`look` returns are facts that only grow.

A bank for development, `demo`, that runs inside our own server needs the same methods, a table of
its own (account, payment id, booking reference, amount, what was captured and in which currency,
refunds) which no other code reads, and a page at `Started.client["url"]` on which one clicks pay,
decline, pay late, pay twice or pay the wrong amount. Each click changes that table, then stores an
event as if it had arrived at the webhook. It registers itself with `registry.register`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Flow(StrEnum):
    """How the customer pays: on the provider's page, or in a sheet of a native app."""

    PAGE = "page"
    SHEET = "sheet"


class Status(StrEnum):
    """How far a payment has come. A failed one may still be captured, a cancelled one cannot."""

    OPEN = "open"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RefundState(StrEnum):
    """How far a refund has come. A failed one may have succeeded before: it bounced."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to pay, as we stored it. `reference` is the provider's name for it, if known.

    The same attempt must be started with the same values each time.
    """

    payment_id: int
    booking_reference: str
    amount: int
    currency: str
    expires_at: datetime
    description: str
    return_url: str
    flow: Flow = Flow.PAGE
    locale: str = ""
    reference: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to give back. `attempt` counts up after a failure that is known."""

    refund_id: int
    attempt: int
    amount: int
    currency: str
    payment_reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Started:
    """A payment that waits for its customer. `client` is for the client alone and never stored."""

    reference: str
    client: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """A refund as the provider has it; `refund_id` and `attempt` are None if it is not ours."""

    reference: str
    refund_id: int | None
    attempt: int | None
    amount: int
    status: RefundState
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A payment as the provider has it now.

    `reference` may differ from the one looked at: a page's becomes the payment's once somebody
    pays. Store the newer one. `payment_id` and `booking_reference` are what `start` told the
    provider. If they do not fit a payment of ours, somebody else uses the account, too (another
    installation, another shop): leave that money alone. Of a disputed charge, `dispute` is the
    provider's name for the newest dispute, `disputed_amount` how much it is about, and
    `answer_until` when the theater has to have answered, if the provider says so.
    """

    reference: str
    payment_id: int | None
    booking_reference: str
    status: Status
    captured: int
    currency: str
    is_test: bool
    disputed: bool = False
    dispute: str = ""
    disputed_amount: int = 0
    answer_until: datetime | None = None
    refunds: tuple[RefundFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """What an event is about: look at `object`. If that is empty, there is nothing to look at."""

    event_id: str
    kind: str
    object: str


@dataclass(frozen=True, slots=True)
class Field:
    """A setting of an account, as the office asks for it. A secret is never shown again."""

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True
    pattern: str = ""
    hint: str = ""


class ProviderError(Exception):
    """A call did not do what it should."""


class Unknown(ProviderError):
    """Whether the call had an effect is unknown: repeat it, with the same values."""


class Refused(ProviderError):
    """The provider has refused. `code` is its word for the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AccountRefused(Refused):
    """The provider does not accept the account's key. This call has done nothing: once a person has
    put that right, repeat it with the same values; of a refund, look for earlier attempts first."""


class InvalidSignature(ProviderError):
    """The event does not come from the provider, or is too old."""


class Provider(ABC):
    """An account with a provider, made with the settings that `fields` describes.

    Every method that calls the provider may raise Unknown or Refused.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]] = ()
    flows: ClassVar[frozenset[Flow]] = frozenset()
    is_by_hand: ClassVar[bool] = False  # a person reports what was paid; there is nobody to ask

    @property
    def is_test(self) -> bool:
        """Whether no real money moves."""
        return False

    @abstractmethod
    def start(self, attempt: Attempt) -> Started:
        """Makes the payment ready for its customer; again, if it has been started before."""

    @abstractmethod
    def look(self, reference: str) -> Facts:
        """Returns the facts of a payment, by our reference or an event's object."""

    @abstractmethod
    def find(self, attempt: Attempt) -> Facts | None:
        """Returns the facts of an attempt whose reference never arrived, by what it was told."""

    @abstractmethod
    def cancel(self, reference: str) -> Facts:
        """Ends a payment, unless it is paid. Returns the facts after that."""

    @abstractmethod
    def refund(self, order: RefundOrder) -> RefundFacts:
        """Gives money back, once per refund and attempt however often it is called.

        After Refused, or with an order that was first sent over 23 hours ago, look for it in
        `refunds` before making another attempt.
        """

    @abstractmethod
    def refunds(self, payment_reference: str) -> tuple[RefundFacts, ...]:
        """Returns all refunds of a payment, the newest first."""

    @abstractmethod
    def since(self, moment: datetime) -> Iterator[Facts]:
        """Yields all payments of ours that were made, or given back, from a moment on."""

    @abstractmethod
    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """Returns what an event is about. Raises InvalidSignature."""
