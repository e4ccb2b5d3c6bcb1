"""How theaters sell, payment accounts and receipts in the office."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from payments.accounts import provider_of
from payments.models import ProviderAccount, Receipt, Refund
from payments.receipts import issue_receipt
from payments.tests.sold import SELLER, given_back, paid, sold
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


def stuck(theater: Theater, show: Show, customer: User) -> Refund:
    account = ProviderAccount.objects.create(
        theater=theater, provider="stripe", key=uuid4().hex, is_active=False
    )
    payment = paid(sold(show, customer, {}), 1070, account=account, refunding=1070)
    return given_back(payment, 1070, status="stuck", attempt=8)


def choose(client: Client, *refunds: Refund) -> Any:
    marked = [refund.pk for refund in refunds]
    fields = {"action": "send_again", "_selected_action": marked}
    return client.post("/admin/payments/refund/", fields, follow=True)


def test_stuck_refunds_are_sent_again_together_and_only_ones_own(
    at_desk: Desk, olga: User, theater: Theater, show: Show, alice: User,
    ottos: Theater, ottos_show: Show, bob: User,
) -> None:  # fmt: skip
    mine, done = stuck(theater, show, alice), stuck(theater, show, bob)
    Refund.objects.filter(pk=done.pk).update(status="succeeded")
    theirs = stuck(ottos, ottos_show, bob)
    client = at_desk(olga)
    said = page(client, "payments/refund/")
    assert "Send stuck refunds again" in said
    assert "delete_selected" not in said
    assert b"Refunds that are sent again: 1." in choose(client, mine, done, theirs).content
    states = dict(Refund.objects.values_list("pk", "status"))
    assert states == {mine.pk: "due", done.pk: "succeeded", theirs.pk: "stuck"}
    assert f"Refund {mine.pk} is sent again." in page(client, f"payments/refund/{mine.pk}/history/")
