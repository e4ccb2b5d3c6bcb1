"""All that is stored about a person, as one document (GDPR, articles 15 and 20)."""

from typing import Any

from django.db.models import F

from admission.models import Scan
from bookings.documents import BOOKING_WITH_CUSTOMER, documents
from bookings.models import Booking
from core.postgres.documents import Document, Many, identifier, moment, moment_or_none, text
from payments.documents import PAYMENT, payment_document
from payments.models import Payment, Receipt
from payments.receipt_documents import RECEIPT, receipt_document
from theaters.models import Membership
from users.models import Session, User

ACCOUNT = Document(
    "ExportedAccount",
    {
        "id": identifier(example=7),
        "email": text(example="alice@example.com", description="Made up for a guest."),
        "name": text(example="Alice"),
        "role": text(example="user"),
        "language": text(example="en"),
        "date_joined": moment(example="2026-11-02T09:12:44Z"),
        "last_login": moment_or_none(example="2026-12-30T18:00:01Z"),
    },
)
SESSION = Document(
    "ExportedSession",
    {
        "device": text(example="Firefox on Windows"),
        "address": text(example="203.0.113.7"),
        "created_at": moment(example="2026-12-30T18:00:01Z"),
        "last_used_at": moment(example="2026-12-31T17:58:20Z"),
        "ended_at": moment_or_none(example="2026-12-31T18:40:00Z"),
    },
)
WORKS = Document(
    "ExportedRole",
    {
        "theater_name": text(example="Babylon"),
        "role": text(example="cashier"),
        "since": moment(example="2026-12-01T10:03:20Z"),
    },
)
AGREED = Document(
    "ExportedTerms",
    {"booking": text(example="K7M2QX9RTA"), "terms_version": text(example="2026-10")},
)
PAID = Document("ExportedPayment", {"booking": text(example="K7M2QX9RTA"), **PAYMENT.fields})
SCANNED = Document(
    "ExportedScan",
    {
        "booking": text(example="K7M2QX9RTA"),
        "seat": text(example="A1"),
        "at": moment(example="2026-12-31T19:58:03Z"),
        "reason": text(example="", description="Why it was refused; empty if it was not."),
    },
)
EXPORT = Document(
    "Export",
    {
        "account": ACCOUNT,
        "sessions": Many(SESSION, [SESSION.example]),
        "roles": Many(WORKS, [WORKS.example]),
        "bookings": Many(BOOKING_WITH_CUSTOMER, [BOOKING_WITH_CUSTOMER.example]),
        "terms": Many(AGREED, [AGREED.example]),
        "payments": Many(PAID, [PAID.example]),
        "receipts": Many(RECEIPT, [RECEIPT.example]),
        "scans": Many(SCANNED, [SCANNED.example]),
    },
)


def export_of(user: User) -> dict[str, Any]:
    """Returns what is stored about the user, as EXPORT describes it, the oldest first.

    The number of queries does not depend on how much there is.
    """
    bookings = dict(
        Booking.objects.filter(user=user).order_by("pk").values_list("pk", "terms_version")
    )
    booked = documents(list(bookings), with_customer=True)
    names = dict(zip(bookings, (each["reference"] for each in booked), strict=True))
    return {
        "account": {name: getattr(user, name) for name in ACCOUNT.fields},
        "sessions": [
            {name: getattr(session, name) for name in SESSION.fields}
            for session in Session.objects.filter(user=user)
            .annotate(last_used_at=F("rotated_at"))
            .order_by("pk")
        ],
        "roles": [
            {"theater_name": member.theater.name, "role": member.role, "since": member.since}
            for member in Membership.objects.filter(user=user)
            .select_related("theater")
            .order_by("pk")
        ],
        "bookings": booked,
        "terms": [
            {"booking": names[pk], "terms_version": version}
            for pk, version in bookings.items()
            if version
        ],
        "payments": [
            {"booking": names[payment.booking_id], **payment_document(payment)}
            for payment in Payment.objects.filter(booking__in=bookings)
            .select_related("account")
            .prefetch_related("refunds")
            .order_by("pk")
            if payment.booking_id
        ],
        "receipts": [
            receipt_document(receipt)
            for receipt in Receipt.objects.filter(booking__in=bookings)
            .select_related("theater")
            .order_by("pk")
        ],
        "scans": list(
            Scan.objects.filter(ticket__booking__in=bookings)
            .order_by("pk")
            .values(
                "at", "reason", booking=F("ticket__booking__reference"), seat=F("ticket__label")
            )
        ),
    }
