"""What customers of the demo bank do, told to the program by signed events as any bank does."""

import json
from datetime import timedelta

import orjson
from django.db.models.functions import Now

from payments.demo_bank.provider import signature
from payments.models import DemoCharge, Payment
from payments.receiving import receive
from users.secret_texts import decrypt


def pay(charge: DemoCharge) -> None:
    """The bank takes the money."""
    charge.captured, charge.status = charge.amount, "captured"
    _done(charge)


def decline(charge: DemoCharge) -> None:
    """The bank refuses; the customer may try again."""
    charge.status = "failed"
    _done(charge)


def pay_late(charge: DemoCharge) -> None:
    """The bank takes the money half a minute after the time to pay is over."""
    payment = Payment.objects.get(pk=charge.payment)
    until = payment.expires_at
    charge.captured, charge.status = charge.amount, "captured"
    charge.captured_from = until + timedelta(seconds=30) if until else Now()
    _done(charge)


def pay_twice(charge: DemoCharge) -> None:
    """The bank takes the money, and once more by another transfer."""
    pay(charge)
    again = DemoCharge.objects.create(
        reference=f"{charge.reference}_again",
        payment=charge.payment,
        booking=charge.booking,
        amount=charge.amount,
        currency=charge.currency,
        captured=charge.amount,
        status="captured",
        description=charge.description,
        return_url=charge.return_url,
    )
    _tell(again)


def pay_wrong_amount(charge: DemoCharge) -> None:
    """The bank takes one unit too little."""
    charge.captured, charge.status = max(1, charge.amount - 100), "captured"
    _done(charge)


def _done(charge: DemoCharge) -> None:
    charge.save()
    _tell(charge)


def _tell(charge: DemoCharge) -> None:
    """Sends the event that something happened to the charge."""
    account = Payment.objects.select_related("account").get(pk=charge.payment).account
    if account is None:
        return
    secrets = json.loads(decrypt(account.secrets) or "{}")
    name = f"{charge.reference}_{charge.status}"
    body = orjson.dumps({"id": name, "kind": charge.status, "object": charge.reference})
    headers = {"Demo-Signature": signature(secrets["webhook_secret"], body)}
    receive(provider="demo", key=account.key, headers=headers, body=body)
