"""Money: who takes it for a theater, what was paid and given back, the books, and receipts."""

from payments.models.accounts import (
    Difference,
    ProviderAccount,
    ProviderEvent,
)
from payments.models.demo import (
    DemoCharge,
)
from payments.models.money import (
    UNFINISHED,
    Book,
    LedgerEntry,
    Payment,
    PaymentStatus,
    Problem,
    Refund,
    RefundReason,
    RefundStatus,
)
from payments.models.receipts import (
    Receipt,
    ReceiptCounter,
    ReceiptKind,
)

__all__ = [
    "UNFINISHED",
    "Book",
    "DemoCharge",
    "Difference",
    "LedgerEntry",
    "Payment",
    "PaymentStatus",
    "Problem",
    "ProviderAccount",
    "ProviderEvent",
    "Receipt",
    "ReceiptCounter",
    "ReceiptKind",
    "Refund",
    "RefundReason",
    "RefundStatus",
]
