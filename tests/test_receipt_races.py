"""Numbers of receipts under real parallel payments, and without the lock."""

from functools import partial

import pytest
from django.db import IntegrityError

from core.postgres.rows import rows_of
from payments import receipts
from payments.models import Receipt
from payments.receipts import issue_receipt
from payments.tests.sold import paid, sold
from shows.models import Show
from tests.parallel import at_once
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
CROWD = 16
UNLOCKED = """
SELECT coalesce(max(last), 0), '', statement_timestamp(), pg_sleep(0.02)::text
FROM payments_receiptcounter WHERE theater_id = %s
"""


def issue_all(show: Show, alice: User) -> list[object]:
    payments = [paid(sold(show, alice, {}), 1070) for _ in range(CROWD)]
    return at_once(partial(issued, each.pk) for each in payments)


def issued(payment_id: int) -> object:
    try:
        return issue_receipt(payment_id=payment_id)
    except IntegrityError:
        return None


def test_parallel_payments_get_consecutive_numbers(show: Show, alice: User) -> None:
    for times in range(1, 4):
        assert all(issue_all(show, alice))
        numbers = Receipt.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, times * CROWD + 1))


def test_without_the_counters_lock_receipts_want_the_same_number(
    show: Show, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "LOCK_COUNTER", f"SELECT * FROM ({UNLOCKED}) x (a, b, c, d)")
    monkeypatch.setattr(receipts, "rows_of", lambda *how: [rows_of(*how)[0][:3]])
    assert None in issue_all(show, alice)


def test_one_payment_told_at_once_by_many_has_one_receipt(show: Show, alice: User) -> None:
    payment = paid(sold(show, alice, {}), 1070)
    found = at_once([partial(issue_receipt, payment_id=payment.pk)] * CROWD)
    assert len(set(found)) == 1
    assert Receipt.objects.get().number == 1
