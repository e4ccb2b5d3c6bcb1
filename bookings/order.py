"""What somebody asks to book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to book.

    Without `labels` it is their hold. `total` is what they expect to pay, `pay` where; without it,
    online if the theater is paid only there. `contact_…` is whom to write to, if not the account.
    With `at_counter`, who sells for the theater books for somebody without an account.
    """

    show_id: int
    labels: Sequence[str] | None = None
    total: Decimal | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    voucher: str = ""
    pay: str | None = None
    at_counter: bool = False
    contact_name: str = ""
    contact_email: str = ""
    language: str = ""
