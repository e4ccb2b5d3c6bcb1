"""Disputed charges: a customer's bank asks for the money back, and the theater has to answer at its
provider. The booking is marked, and the theater's owner told
once of each dispute, of which a charge can have several."""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from procrastinate.contrib.django import app

from bookings.tickets.words import Words
from core.jobs import queue
from core.jobs.queue import RETRIES
from core.mail.sending import send_mail
from core.postgres.rows import rows_of
from payments.accounts import provider_of
from payments.models import Payment
from payments.providers.base import Facts
from payments.providers.minor_units import from_minor

log = structlog.get_logger(__name__)
LOCK_BOOKING = "SELECT FROM bookings_booking WHERE id = %s FOR NO KEY UPDATE"
# One whose name was not known when it was told is told no second time.
DISPUTED = """
WITH payment AS MATERIALIZED (
  SELECT id, booking_id, disputed_at IS NULL OR disputes <> '[]' AS is_news
  FROM payments_payment
  WHERE id = %(payment)s
    AND (disputed_at IS NULL
         OR %(dispute)s::text <> '' AND NOT disputes @> to_jsonb(%(dispute)s::text))
  FOR NO KEY UPDATE
), named AS (
  UPDATE payments_payment
  SET disputed_at = coalesce(disputed_at, statement_timestamp()),
      disputes = CASE %(dispute)s::text WHEN '' THEN disputes
                                        ELSE disputes || to_jsonb(%(dispute)s::text) END
  FROM payment WHERE payments_payment.id = payment.id
), marked AS (
  UPDATE bookings_booking booking SET disputed_at = statement_timestamp()
  FROM payment WHERE booking.id = payment.booking_id AND is_news
)
SELECT FROM payment WHERE is_news
"""


@transaction.atomic
def mark_disputed(payment: Payment, facts: Facts) -> None:
    """Marks the booking whose payment's charge is disputed, and tells its theater's owner."""
    if not payment.booking_id:
        return
    rows_of(LOCK_BOOKING, [payment.booking_id])
    if rows_of(DISPUTED, {"payment": payment.pk, "dispute": facts.dispute}):
        log.warning("payment disputed", payment_id=payment.pk, booking_id=payment.booking_id)
        until = facts.answer_until.isoformat() if facts.answer_until else ""
        amount = facts.disputed_amount or facts.captured
        queue.defer(mail_dispute, payment_id=payment.pk, amount=amount, until=until)


@app.task(retry=RETRIES)
def mail_dispute(payment_id: int, amount: int, until: str) -> None:
    """Mails the owner what is disputed, how much it is, and until when to answer where."""
    related = ("account", "booking__show__movie", "booking__show__screen__theater__owner")
    payment = Payment.objects.select_related(*related).get(pk=payment_id)
    if payment.booking is None or payment.account is None:
        return
    show = payment.booking.show
    theater = show.screen.theater
    owner, zone = theater.owner, ZoneInfo(theater.timezone)
    words = Words(owner.language)
    starts_at = show.starts_at.astimezone(zone)
    answer = datetime.fromisoformat(until).astimezone(zone) if until else None
    context = {
        "name": owner.name_in_mail,
        "reference": payment.booking.reference,
        "payment": payment.reference or "",
        "provider": provider_of(payment.account).label,
        "amount": words.amount(from_minor(amount, payment.currency), payment.currency),
        "movie": show.movie.title,
        "date": words.date(starts_at),
        "time": words.time(starts_at),
        "theater": theater.name,
        "until": f"{words.date(answer)}, {words.time(answer)}" if answer else "",
    }
    send_mail(to=owner.email, template="charge_disputed", context=context, language=words.language)
