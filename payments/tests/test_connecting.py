"""A theater's accounts with payment providers, whose secrets nobody reads again."""

import logging
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient

from payments.accounts import provider_of
from payments.models import ProviderAccount
from payments.tests.sold import SELLER, _books_are_right, paid, sold
from shows.models import Show
from tests.api import As
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
__all__ = ["_books_are_right"]
KEY = "sk_test_VerySecretKey123"
SIGNING = "whsec_VerySecretSigning456"
SECRETS = {"secret_key": KEY, "webhook_secret": SIGNING}


@pytest.fixture
def olgas(as_: As, olga: User) -> APIClient:
    return as_(olga)


def path(theater: Theater) -> str:
    return f"/api/v1/theaters/{theater.pk}/payment-accounts/"


def connect(client: APIClient, theater: Theater, **fields: Any) -> Any:
    return client.post(path(theater), {"provider": "stripe", **fields})


def change(client: APIClient, account: Any, **fields: Any) -> Any:
    return client.patch(f"/api/v1/payment-accounts/{account['id']}/", fields)


def test_an_account_is_used_once_it_is_complete(olgas: APIClient, theater: Theater) -> None:
    made = connect(olgas, theater, secrets={"secret_key": KEY}).json()
    assert (made["missing"], made["is_active"]) == (["webhook_secret"], False)
    assert made["webhook"].startswith("http")
    assert made["webhook"].split("/api/v1")[1] == (
        f"/payments/stripe/{ProviderAccount.objects.get().key}/webhook/"
    )
    done = change(olgas, made, secrets={"webhook_secret": SIGNING}).json()
    assert (done["missing"], done["is_active"], done["is_test"]) == ([], True, True)
    assert (done["webhook"], done["has_secrets"]) == (made["webhook"], sorted(SECRETS))
    assert provider_of(ProviderAccount.objects.get()).is_test


def test_secrets_are_in_no_answer_row_log_page_or_dump(
    as_: As, olgas: APIClient, ada: User, theater: Theater, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = connect(olgas, theater, secrets=SECRETS)
    one = f"/api/v1/payment-accounts/{made.json()['id']}/"
    wrong = change(olgas, made.json(), secrets={"secret_key": "sk_wrong_VerySecretWrong"})
    dumped = StringIO()
    call_command("dumpdata", "payments", stdout=dumped)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account::text FROM payments_provideraccount account")
        stored = str(cursor.fetchall())
    answers = [made, olgas.get(one), olgas.get(path(theater)), as_(ada).get(one), wrong]
    told = [answer.content.decode() for answer in answers]
    for text in (
        *told,
        dumped.getvalue(),
        stored,
        caplog.text,
        repr(ProviderAccount.objects.get()),
    ):
        assert "VerySecret" not in text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"secrets": {"secret_key": "pk_test_12345678"}}, "secrets.secret_key"),
        ({"secrets": {"other": "x"}}, "secrets.other"),
        ({"secrets": {"publishable_key": "pk_test_12345678"}}, "secrets.publishable_key"),
        ({"settings": {"secret_key": KEY}}, "settings.secret_key"),
        ({"settings": {"publishable_key": "<script>"}}, "settings.publishable_key"),
    ],
)
def test_what_the_provider_does_not_know_is_refused(
    olgas: APIClient, theater: Theater, fields: dict[str, Any], field: str
) -> None:
    refusal = problem(connect(olgas, theater, **fields), 400, "wrong_account_settings")
    assert [each["field"] for each in refusal["errors"]] == [field]
    assert not ProviderAccount.objects.exists()


@pytest.mark.parametrize("provider", ["counter", "paypal", ""])
def test_only_providers_that_take_money_online_can_be_connected(
    olgas: APIClient, theater: Theater, provider: str
) -> None:
    answer = connect(olgas, theater, provider=provider)
    problem(answer, 400, "unknown_provider" if provider else "validation_failed")


def test_a_second_account_takes_the_place_of_the_first(olgas: APIClient, theater: Theater) -> None:
    first = connect(olgas, theater, secrets=SECRETS).json()
    draft = connect(olgas, theater).json()
    assert olgas.get(f"/api/v1/payment-accounts/{first['id']}/").json()["is_active"]
    change(olgas, draft, secrets=SECRETS)
    listed = olgas.get(path(theater)).json()["results"]
    assert [(each["id"], each["is_active"]) for each in listed] == [
        (draft["id"], True),
        (first["id"], False),
    ]
    assert change(olgas, first, is_active=True).json()["is_active"]
    assert ProviderAccount.objects.get(is_active=True).pk == first["id"]


def test_an_incomplete_account_cannot_be_used(olgas: APIClient, theater: Theater) -> None:
    made = connect(olgas, theater, secrets={"secret_key": KEY}).json()
    problem(change(olgas, made, is_active=True), 400, "account_incomplete")
    done = change(olgas, made, secrets=SECRETS).json()
    problem(change(olgas, done, secrets={"secret_key": ""}), 400, "account_incomplete")
    assert change(olgas, done, is_active=False).json()["is_active"] is False
    assert change(olgas, done, secrets=SECRETS).json()["is_active"] is False


def test_a_theater_that_is_paid_online_keeps_an_account(olgas: APIClient, theater: Theater) -> None:
    made = connect(olgas, theater, secrets=SECRETS).json()
    settings = f"/api/v1/theaters/{theater.pk}/payment-settings/"
    assert olgas.patch(settings, {"pays": "both", **SELLER}).status_code == 200
    problem(change(olgas, made, is_active=False), 409, "in_use")
    assert olgas.patch(settings, {"pays": "counter"}).status_code == 200
    assert change(olgas, made, is_active=False).status_code == 200


def test_an_account_with_payments_stays_in_its_mode(
    olgas: APIClient, theater: Theater, show: Show, alice: User
) -> None:
    made = connect(olgas, theater, secrets=SECRETS).json()
    live = {"secret_key": "sk_live_VerySecretLive789"}
    assert change(olgas, made, secrets=live).json()["is_test"] is False
    assert change(olgas, made, secrets=SECRETS).json()["is_test"] is True
    paid(sold(show, alice, {}), 1070, account_id=made["id"])
    problem(change(olgas, made, secrets=live), 409, "in_use")
    assert provider_of(ProviderAccount.objects.get()).is_test


def test_nobody_undoes_a_change_of_an_account_unseen(olgas: APIClient, theater: Theater) -> None:
    made = connect(olgas, theater)
    address = f"/api/v1/payment-accounts/{made.json()['id']}/"
    etag = olgas.get(address).headers["ETag"]
    assert olgas.patch(address, {"secrets": SECRETS}, HTTP_IF_MATCH=etag).status_code == 200
    stale = olgas.patch(address, {"secrets": SECRETS}, HTTP_IF_MATCH=etag)
    problem(stale, 412, "precondition_failed")


def test_an_account_of_another_owner_is_not_there(
    as_: As, olgas: APIClient, otto: User, alice: User, theater: Theater
) -> None:
    made = connect(olgas, theater).json()
    ottos = as_(otto)
    for answer in (
        ottos.get(path(theater)),
        connect(ottos, theater),
        ottos.get(f"/api/v1/payment-accounts/{made['id']}/"),
        change(ottos, made, is_active=True),
    ):
        problem(answer, 404, "not_found")
    problem(as_(alice).get(path(theater)), 403, "permission_denied")


def test_an_event_for_an_account_without_its_secret_is_not_believed(
    olgas: APIClient, anyone: APIClient, theater: Theater
) -> None:
    address = connect(olgas, theater).json()["webhook"]
    answer = anyone.post("/api/v1" + address.split("/api/v1")[1], {"id": "evt_1"})
    problem(answer, 400, "invalid_signature")
