"""How theaters sell, payment accounts and receipts in the office."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from payments.accounts import provider_of
from payments.models import ProviderAccount, Receipt
from payments.receipts import issue_receipt
from payments.tests.sold import SELLER, paid, sold
from shows.models import Show
from tests.admin.conftest import page
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
Desk = Callable[[User], Client]
SELLING = {
    "pays": "counter",
    "pay_within_minutes": "15",
    "booking_fee": "0,70",
    "tax_rate": "7",
    "refund_policy": "60: 50\n1440: 100 %",
    "online_until_minutes": "0",
    "counter_sells_until_minutes": "30",
    "checkin_from_minutes": "60",
}
KEY, SIGNING = "sk_test_VerySecretKey123", "whsec_VerySecretSigning456"


def save(client: Client, path: str, **fields: Any) -> Any:
    return client.post(f"/admin/{path}", fields, follow=True)


def made(client: Client, theater: Theater) -> ProviderAccount:
    said = save(client, "payments/provideraccount/add/", theater=theater.pk, provider="stripe")
    assert said.status_code == 200
    found: ProviderAccount = ProviderAccount.objects.get()
    return found


def test_an_owner_says_how_the_theater_sells(at_desk: Desk, olga: User, theater: Theater) -> None:
    client, path = at_desk(olga), f"theaters/paymentsettings/{theater.pk}/change/"
    save(client, path, **SELLING)
    theater.refresh_from_db()
    assert theater.refund_policy == [
        {"until_minutes": 1440, "share": 100},
        {"until_minutes": 60, "share": 50},
    ]
    assert (str(theater.booking_fee), str(theater.tax_rate)) == ("0.70", "7.00")
    assert "1440: 100" in page(client, path)
    assert "Babylon" in page(client, "theaters/paymentsettings/")


@pytest.mark.parametrize(
    "fields",
    [
        {"refund_policy": "soon"},
        {"refund_policy": "60: 101"},
        {"refund_policy": "60: 1\n60: 2"},
        {"tax_rate": "99,5"},
        {"pay_within_minutes": "1"},
        {"pays": "both"},
        {"terms_url": "javascript:alert(1)"},
    ],
)
def test_what_makes_no_sense_is_said_at_the_form(
    at_desk: Desk, olga: User, theater: Theater, fields: dict[str, str]
) -> None:
    path = f"theaters/paymentsettings/{theater.pk}/change/"
    said = save(at_desk(olga), path, **SELLING | fields)
    assert b"errornote" in said.content
    theater.refresh_from_db()
    assert (theater.pays, theater.refund_policy) == ("counter", [])


def test_an_account_is_connected_in_two_steps_and_its_secrets_never_shown(
    at_desk: Desk, olga: User, theater: Theater
) -> None:
    client = at_desk(olga)
    account = made(client, theater)
    path = f"payments/provideraccount/{account.pk}/change/"
    said = page(client, path)
    assert f"/payments/stripe/{account.key}/webhook/" in said
    assert "Secret key, Signing secret of the webhook" in said
    save(client, path, key_secret_key=KEY, key_webhook_secret=SIGNING)
    account.refresh_from_db()
    assert (account.is_active, account.is_test) == (True, True)
    assert provider_of(account).is_test
    for said in (page(client, path), page(client, "payments/provideraccount/")):
        assert "VerySecret" not in said
        assert "badge-test" in said
    history = page(client, f"payments/provideraccount/{account.pk}/history/")
    assert "VerySecret" not in history
    save(client, path, is_active="on", key_publishable_key="pk_test_12345678")
    account.refresh_from_db()
    assert account.settings == {"publishable_key": "pk_test_12345678"}
    assert provider_of(account).is_test, "secrets that were not typed stay"


def test_a_wrong_key_is_said_at_its_field(at_desk: Desk, olga: User, theater: Theater) -> None:
    client = at_desk(olga)
    account = made(client, theater)
    path = f"payments/provideraccount/{account.pk}/change/"
    said = save(client, path, key_secret_key="pk_VerySecretWrong")
    assert b"This does not look right" in said.content
    assert b"VerySecret" not in said.content
    account.refresh_from_db()
    assert account.secrets == ""


def test_others_see_no_account_and_no_settings(
    at_desk: Desk, olga: User, otto: User, theater: Theater
) -> None:
    account = made(at_desk(olga), theater)
    client = at_desk(otto)
    for path in (
        f"payments/provideraccount/{account.pk}/change/",
        f"theaters/paymentsettings/{theater.pk}/change/",
    ):
        assert client.get(f"/admin/{path}").status_code == 302
    for path in ("payments/provideraccount/", "theaters/paymentsettings/"):
        assert "Babylon" not in page(client, path)
    save(client, "payments/provideraccount/add/", theater=theater.pk, provider="stripe")
    assert ProviderAccount.objects.count() == 1


def test_receipts_are_shown_and_marked_as_of_test_mode(
    at_desk: Desk, olga: User, theater: Theater, show: Show, alice: User
) -> None:
    Theater.objects.update(**SELLER)
    account = ProviderAccount.objects.create(theater=theater, provider="stripe", key="a" * 32)
    issue_receipt(payment_id=paid(sold(show, alice, {}), 1070, account=account).pk)
    client = at_desk(olga)
    assert "no real money" in page(client, "payments/receipt/")
    reference = Receipt.objects.get().sale["booking"]
    for term, count in ((reference.lower(), 1), ("1", 1), ("2", 0), ("x" * 99, 0), ("9" * 99, 0)):
        found = page(client, f"payments/receipt/?q={term}")
        assert (reference in found.replace(f'value="{term}"', "")) == bool(count), term
    said = page(client, f"payments/receipt/{Receipt.objects.get().pk}/change/")
    assert "Babylon Kino GmbH" in said
    assert "7.00 %" in said


def test_bookings_that_were_paid_in_test_mode_are_marked(
    at_desk: Desk, olga: User, theater: Theater, show: Show, alice: User
) -> None:
    booking = sold(show, alice, {})
    account = ProviderAccount.objects.create(theater=theater, provider="stripe", key="a" * 32)
    client, path = at_desk(olga), f"bookings/booking/{booking.pk}/change/"
    assert "badge-test" not in page(client, path) + page(client, "bookings/booking/")
    paid(booking, 1070, account=account)
    for said in (page(client, path), page(client, "bookings/booking/")):
        assert "badge-confirmed" in said
        assert "badge-test" in said
