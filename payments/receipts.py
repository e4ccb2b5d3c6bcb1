"""Receipts for money that was paid, and credit notes for money that was given back."""


def issue_receipt(*, payment_id: int) -> None:
    """Issues the receipt of a captured payment, once, in the transaction that captures it."""


def issue_credit_note(*, refund_id: int) -> None:
    """Issues the credit note of a refund, once, in the transaction that completes it."""
