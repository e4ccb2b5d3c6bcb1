"""The demo bank as a provider: as far away as a real one.

What it knows is in a table of its own, and it tells us by a signed event.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from payments.models import DemoCharge
from payments.providers.base import (
    Attempt,
    Facts,
    Field,
    Flow,
    Hint,
    InvalidSignature,
    Provider,
    RefundFacts,
    RefundOrder,
    RefundState,
    Refused,
    Started,
    Status,
)


@dataclass(frozen=True)
class Demo(Provider):
    """An account with the demo bank."""

    webhook_secret: str = field(repr=False)

    name: ClassVar[str] = "demo"
    label: ClassVar[str] = "Demo bank (moves no money)"
    flows: ClassVar[frozenset[Flow]] = frozenset({Flow.PAGE})
    fields: ClassVar[tuple[Field, ...]] = (
        Field("webhook_secret", "Secret that signs its events", is_secret=True),
    )

    @property
    def is_test(self) -> bool:
        return True

    def start(self, attempt: Attempt) -> Started:
        charge, _ = DemoCharge.objects.get_or_create(
            reference=name_of(attempt),
            defaults={
                "payment": attempt.payment_id,
                "booking": attempt.booking_reference,
                "amount": attempt.amount,
                "currency": attempt.currency,
                "description": attempt.description,
                "return_url": attempt.return_url,
            },
        )
        page = settings.PUBLIC_URL + reverse("demo-bank", args=[charge.reference])
        return Started(charge.reference, {"url": page}, attempt.expires_at)

    def look(self, reference: str) -> Facts:
        charge = DemoCharge.objects.filter(reference=reference).first()
        if charge is None:
            raise Refused("unknown")
        return facts_of(charge)

    def find(self, attempt: Attempt) -> Facts | None:
        charge = DemoCharge.objects.filter(reference=name_of(attempt)).first()
        return facts_of(charge) if charge else None

    def cancel(self, reference: str) -> Facts:
        DemoCharge.objects.filter(
            reference=reference, status__in=[Status.OPEN, Status.FAILED]
        ).update(status=Status.CANCELLED)
        return self.look(reference)

    @transaction.atomic
    def refund(self, order: RefundOrder) -> RefundFacts:
        charge = DemoCharge.objects.select_for_update().get(reference=order.payment_reference)
        name = f"refund_{order.refund_id}_{order.attempt}"
        made = {each["reference"]: each for each in charge.refunds}
        if name not in made:
            if sum(each["amount"] for each in charge.refunds) + order.amount > charge.captured:
                raise Refused("charge_already_refunded")
            made[name] = {
                "reference": name,
                "refund_id": order.refund_id,
                "attempt": order.attempt,
                "amount": order.amount,
                "status": RefundState.SUCCEEDED,
            }
            charge.refunds = list(made.values())
            charge.save(update_fields=["refunds"])
        return _refund_facts(made[name])

    def refunds(self, payment_reference: str) -> tuple[RefundFacts, ...]:
        return self.look(payment_reference).refunds[::-1]

    def since(self, moment: datetime) -> Iterator[Facts]:
        for charge in DemoCharge.objects.filter(created_at__gte=moment).order_by("pk"):
            yield facts_of(charge)

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        signed = headers.get("Demo-Signature", "")
        if not hmac.compare_digest(signed.encode(), signature(self.webhook_secret, body).encode()):
            raise InvalidSignature
        try:
            told = orjson.loads(body)
            return Hint(told["id"], told["kind"], told["object"])
        except (KeyError, TypeError, ValueError):
            raise InvalidSignature from None


def name_of(attempt: Attempt) -> str:
    """Returns what the bank calls the attempt."""
    return f"demo_{attempt.payment_id}"


def signature(secret: str, body: bytes) -> str:
    """Returns how the demo bank signs an event."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def facts_of(charge: DemoCharge) -> Facts:
    """Returns what the bank tells of a charge. One that is paid late is open until then."""
    is_to_come = charge.captured_from is not None and charge.captured_from > timezone.now()
    return Facts(
        reference=charge.reference,
        payment_id=charge.payment,
        booking_reference=charge.booking,
        status=Status.OPEN if is_to_come else Status(charge.status),
        captured=0 if is_to_come else charge.captured,
        currency=charge.charged_currency or charge.currency,
        is_test=True,
        refunds=tuple(_refund_facts(each) for each in charge.refunds),
    )


def _refund_facts(made: dict[str, Any]) -> RefundFacts:
    return RefundFacts(**{**made, "status": RefundState(made["status"])})
