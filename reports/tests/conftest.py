"""A theater that has sold online and at the counter, and given some of it back."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.postgres.rows import execute
from payments.tests.conftest import Bank, Start, _books_are_right, account, bank, pending, start
from shows.models import Show
from tests.api import As, book
from users.models import User

__all__ = ["_books_are_right", "account", "bank", "pending", "start"]
KEPT = {"payments_ledgerentry": "at", "payments_receipt": "issued_at"}


@pytest.fixture
def olgas(as_: As, olga: User) -> APIClient:
    return as_(olga)


@pytest.fixture
def busy(
    as_: As,
    show: Show,
    alice: User,
    olga: User,
    pending: dict[str, Any],
    start: Start,
    bank: Bank,
) -> Show:
    """Alice pays for A1 and A2 online and cancels; Olga sells B1 to B3 for cash."""
    bank.pay(start(alice, pending["reference"]).pk)
    answer = as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/")
    assert answer.status_code == 200, answer.json()
    bank.refund_all()
    sold = book(as_(olga), show, "B1", "B2", "B3", pay="counter").json()
    url = f"/api/v1/bookings/{sold['reference']}/payments/counter/"
    answer = as_(olga).post(url, {"amount": sold["total"], "method": "cash"})
    assert answer.status_code == 201, answer.json()
    return show


def long_ago(days: int) -> None:
    """Moves the books into the past, which their triggers forbid everybody else."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, column in KEPT.items():
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        execute(f"UPDATE {table} SET {column} = {column} - %s::interval", [timedelta(days=days)])
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
