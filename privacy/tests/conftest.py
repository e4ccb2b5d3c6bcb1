"""Alice and a guest, who have paid online."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from payments.tests.conftest import Bank, Start, account, bank, start
from shows.models import Show
from tests.api import As, book
from users.models import User

__all__ = ["account", "bank", "start"]


@pytest.fixture
def paid(as_: As, show: Show, alice: User, start: Start, bank: Bank) -> dict[str, Any]:
    """Alice's booking of A1, which is paid."""
    made: dict[str, Any] = book(
        as_(alice), show, "A1", name="Alice A.", email="a@work.example"
    ).json()
    bank.pay(start(alice, made["reference"]).pk)
    return made


@pytest.fixture
def guest(db: None, anyone: APIClient) -> APIClient:
    tokens = anyone.post("/api/v1/auth/guest/").json()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    return client
