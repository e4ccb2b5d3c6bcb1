"""What is known of a booking's tickets, apart from how it is stored and how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A theater and where it is. `email` is for its customers."""

    id: int
    name: str
    address: str
    email: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells the tickets, as the law wants it named. Empty texts are left out."""

    legal_name: str = ""
    legal_address: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """A show. Its times are in the theater's zone; `moves` counts how often it was moved."""

    id: int
    title: str
    screen: str
    starts_at: datetime
    ends_at: datetime
    details: Sequence[str] = ()
    moves: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What cancelling gives back: shares of the price, in percent, each until so long before the
    start, from the earliest; with the fee or without it."""

    steps: Sequence[tuple[timedelta, int]]
    with_fee: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """A ticket. `token` is what its QR code says; tax is included in price and fee."""

    code: str
    token: str
    label: str
    category: str
    type: str
    price: Decimal
    discount: Decimal
    fee: Decimal
    tax_rate: Decimal
    tax: Decimal
    number: int = 1
    """The place of the ticket in its booking."""

    @property
    def total(self) -> Decimal:
        return self.price - self.discount + self.fee


@dataclass(frozen=True, slots=True)
class Paper:
    """A booking with its valid tickets, of which there are `count` in all.

    `due` is what is still to be paid, `exchanges` counts the tickets that were exchanged. `read_at`
    is the database's time.
    """

    reference: str
    language: str
    currency: str
    place: Place
    seller: Seller
    show: Screening
    terms: Terms
    tickets: Sequence[Admission]
    due: Decimal
    is_cancelled: bool
    link: str
    created_at: datetime
    read_at: datetime
    exchanges: int = 0
