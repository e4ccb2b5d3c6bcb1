"""What is stored about people goes when its time is over (GDPR, article 5, paragraph 1 e).

`PERSONAL_DATA_LASTS` counts from the end of the show, or from the last sign of life of an account.
Receipts stay for `RECEIPTS_LAST`, which is what tax law demands. Bookings stay as figures, without
a name.
"""

from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, OuterRef, Q, QuerySet

from admission.models import Scan
from bookings.models import Booking
from core.jobs.tidying import BATCH, delete_rows, in_batches
from core.postgres.clock import StatementTime
from core.postgres.rows import execute
from payments.models import ProviderEvent, Receipt
from shows.models import Seat
from users.administration import close_if_among
from users.models import Role, Session, User

# The money of a cancelled show may still be on its way when the show is long over.
FORGET_CONTACTS = """
WITH old AS MATERIALIZED (
  SELECT booking.id FROM bookings_booking booking
  JOIN shows_show show ON show.id = booking.show_id
  WHERE (booking.contact_name <> '' OR booking.contact_email <> '')
    AND show.ends_at < statement_timestamp() - %(lasts)s
    AND NOT EXISTS (SELECT FROM payments_refund refund
                    JOIN payments_payment payment ON payment.id = refund.payment_id
                    WHERE payment.booking_id = booking.id AND refund.status <> 'succeeded')
  ORDER BY booking.id LIMIT %(batch)s FOR NO KEY UPDATE OF booking SKIP LOCKED
)
UPDATE bookings_booking booking SET contact_name = '', contact_email = ''
FROM old WHERE booking.id = old.id
"""


def forget_contacts() -> int:
    """Deletes names and addresses from bookings of old shows whose money has all arrived."""
    values = {"lasts": settings.PERSONAL_DATA_LASTS, "batch": BATCH}
    return in_batches(lambda: execute(FORGET_CONTACTS, values))


def close_idle_accounts() -> int:
    """Closes the accounts of customers and guests who have long neither logged in nor been to a
    show, as if they had done so themselves."""
    idle, closed, last = idle_accounts(), 0, 0
    while ids := list(idle.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        closed += sum(close_if_among(idle, user_id=pk) for pk in ids)
        last = ids[-1]
    return closed


def idle_accounts() -> QuerySet[User]:
    """Returns those of which there was no sign of life within PERSONAL_DATA_LASTS."""
    since = StatementTime() - settings.PERSONAL_DATA_LASTS
    of_user: dict[str, Any] = {"user": OuterRef("pk")}
    return User.objects.filter(
        Q(last_login=None) | Q(last_login__lt=since),
        ~Exists(Session.objects.live().filter(**of_user)),
        ~Exists(Booking.objects.filter(show__ends_at__gte=since, **of_user)),
        ~Exists(Seat.objects.filter(held_by=OuterRef("pk"))),
        is_active=True,
        role=Role.USER,
        date_joined__lt=since,
        memberships=None,
    )


def delete_old_scans() -> int:
    """Deletes what was scanned at old shows, and by whom."""
    return delete_rows(Scan.objects.filter(show__ends_at__lt=_long_ago()))


def delete_old_log() -> int:
    """Deletes old entries of the office's log."""
    return delete_rows(LogEntry.objects.filter(action_time__lt=_long_ago()))


def delete_old_events() -> int:
    """Deletes what remains of old messages of payment providers."""
    done = ProviderEvent.objects.filter(done_at__isnull=False)
    return delete_rows(done.filter(received_at__lt=_long_ago()))


def delete_old_receipts() -> int:
    """Deletes receipts that tax law does not demand any more."""
    return delete_rows(
        Receipt.objects.filter(issued_at__lt=StatementTime() - settings.RECEIPTS_LAST)
    )


def _long_ago() -> Any:
    return StatementTime() - settings.PERSONAL_DATA_LASTS
