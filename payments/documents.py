"""Payments as clients see them."""

from collections.abc import Mapping
from typing import Any

from core.postgres.documents import (
    Document,
    Field,
    Many,
    identifier,
    integer,
    moment_or_none,
    money,
    one_of,
    text,
)
from core.postgres.rows import rows_of
from payments.models import Payment, PaymentStatus, Refund, RefundReason, RefundStatus
from payments.providers.minor_units import from_minor
from shows.documents import CURRENCY

REFUND = Document(
    "Refund",
    {
        "id": identifier(example=7),
        "amount": money(example="25.00", digits=8),
        "reason": one_of(RefundReason.choices, "", example="cancelled"),
        "status": one_of(RefundStatus.choices, "", example="succeeded"),
    },
)
PAYMENT_FIELDS: dict[str, Any] = {
    "id": identifier(example=12),
    "provider": text(example="stripe"),
    "amount": money(example="25.00", digits=8),
    "currency": CURRENCY,
    "status": one_of(PaymentStatus.choices, "", example="open"),
    "is_test": Field({"type": "boolean"}, False),
    "expires_at": moment_or_none(example="2026-12-31T19:17:27+01:00"),
}
PAYMENT = Document(
    "Payment",
    {**PAYMENT_FIELDS, "refunds": Many(REFUND, [REFUND.example])},
)
STARTED_PAYMENT = Document(
    "StartedPayment",
    {
        **PAYMENT_FIELDS,
        "client": Field(
            {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "What the provider needs next: `url` is where to send the customer,"
                " `client_secret` is for its own form.",
            },
            {"url": "https://checkout.stripe.com/c/pay/cs_test_a1"},
        ),
    },
)
REFUND_QUOTE_LINE = Document(
    "RefundLine",
    {
        "ticket": text(example="9f2c4e7ab1d84c5ea6f03b7d2e918c45"),
        "seat": text(example="A1"),
        "refund": money(example="12.50", digits=8),
        "kept": money(example="0.00", digits=8),
    },
)
REFUND_QUOTE = Document(
    "RefundQuote",
    {
        "lines": Many(REFUND_QUOTE_LINE, [REFUND_QUOTE_LINE.example]),
        "total": money(example="12.50", digits=8),
        "kept": money(example="0.00", digits=8),
        "currency": CURRENCY,
        "share": integer(example=100, description="Percent of the price that comes back."),
    },
)

SHOW_REFUNDS = Document(
    "ShowRefunds",
    {
        "due": integer(example=3, description="Not sent yet, or to be paid out at the counter."),
        "sent": integer(example=5, description="Sent; the provider has not said that it is done."),
        "succeeded": integer(example=42),
        "stuck": integer(example=0, description="These need a person."),
        "amount": money(example="1250.00", digits=8, description="All of them."),
        "currency": CURRENCY,
    },
)
REFUNDS_OF_SHOW = """
SELECT count(refund.id) FILTER (WHERE refund.status IN ('due', 'failed')),
       count(refund.id) FILTER (WHERE refund.status IN ('sent', 'accepted')),
       count(refund.id) FILTER (WHERE refund.status = 'succeeded'),
       count(refund.id) FILTER (WHERE refund.status = 'stuck'),
       coalesce(sum(refund.amount), 0)::bigint
FROM bookings_booking booking
JOIN payments_payment payment ON payment.booking_id = booking.id
JOIN payments_refund refund ON refund.payment_id = payment.id
WHERE booking.show_id = %s
"""


def refunds_of_show(show_id: int, currency: str) -> dict[str, Any]:
    """Returns how far the refunds of a show have come, as SHOW_REFUNDS describes it."""
    ((due, sent, succeeded, stuck, amount),) = rows_of(REFUNDS_OF_SHOW, [show_id])
    return {
        "due": due,
        "sent": sent,
        "succeeded": succeeded,
        "stuck": stuck,
        "amount": f"{from_minor(amount, currency):.2f}",
        "currency": currency,
    }


def payment_document(payment: Payment) -> dict[str, Any]:
    """Returns a payment with its refunds, as PAYMENT describes it."""
    refunds = sorted(payment.refunds.all(), key=lambda refund: refund.pk)
    return {
        **_fields_of(payment),
        "refunds": [refund_document(refund, payment.currency) for refund in refunds],
    }


def started_document(payment: Payment, client: Mapping[str, str]) -> dict[str, Any]:
    """Returns a payment that waits for the customer, as STARTED_PAYMENT describes it."""
    return {**_fields_of(payment), "client": dict(client)}


def refund_document(refund: Refund, currency: str) -> dict[str, Any]:
    """Returns a refund as REFUND describes it."""
    return {
        "id": refund.pk,
        "amount": f"{from_minor(refund.amount, currency):.2f}",
        "reason": refund.reason,
        "status": refund.status,
    }


def _fields_of(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.pk,
        "provider": payment.provider,
        "amount": f"{from_minor(payment.amount, payment.currency):.2f}",
        "currency": payment.currency,
        "status": payment.status,
        "is_test": bool(payment.account and payment.account.is_test),
        "expires_at": payment.expires_at,
    }
