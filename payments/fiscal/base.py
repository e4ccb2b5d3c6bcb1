"""What a fiscal device, or a service in its place, does for a receipt.

Germany demands a certified technical security device (TSE, § 146a AO, KassenSichV), Austria a
signature unit (RKSV); other countries, other things. Nothing that is shipped here is certified.

`sign` is called inside the transaction that issues the receipt, one receipt of a theater at a time
and in the order of their numbers, so a chain of signatures has no forks. It must not call
anything over a network: put a service of its own, on the same machine, in front of a device that is
elsewhere. If it raises, nothing is issued and no money is booked; the provider's event is tried
again.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Entry:
    """A receipt to be signed. Amounts are in minor units, negative in a credit note.

    `taxes` are `rate`, `net`, `tax` and `gross` by rate. `previous` is the `signature` of the
    theater's receipt before this one, empty at the first.
    """

    theater_id: int
    number: int
    kind: str
    issued_at: datetime
    amount: int
    currency: str
    taxes: Sequence[Mapping[str, Any]]
    previous: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What is printed on the receipt: lines, and the text of a QR code if there is one."""

    lines: Sequence[str] = ()
    qr: str = ""
    signature: str = field(default="")


class Fiscal(ABC):
    """A way to sign receipts."""

    name: ClassVar[str]

    @abstractmethod
    def sign(self, entry: Entry) -> Signed:
        """Returns what the law wants printed."""
