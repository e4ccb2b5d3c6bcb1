"""How a theater sells, as its owner sets it and customers see it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from payments.models import ProviderAccount
from payments.tests.sold import SELLER
from tests.api import As
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def olgas(as_: As, olga: User) -> APIClient:
    return as_(olga)


def path(theater: Theater) -> str:
    return f"/api/v1/theaters/{theater.pk}/payment-settings/"


def connect(theater: Theater, provider: str = "stripe") -> ProviderAccount:
    made: ProviderAccount = ProviderAccount.objects.create(
        theater=theater, provider=provider, key=f"{provider}{theater.pk}"
    )
    return made


def test_a_theater_sells_at_the_counter_until_it_says_more(
    olgas: APIClient, theater: Theater
) -> None:
    assert olgas.get(path(theater)).json() == {
        "pays": "counter",
        "pay_within_minutes": 15,
        "counter_until_minutes": None,
        "admits_unpaid": False,
        "booking_fee": "0.00",
        "tax_rate": "0.00",
        "refund_policy": [],
        "fee_refundable": False,
        "checkin_from_minutes": 60,
        "online_until_minutes": 0,
        "counter_sells_until_minutes": 30,
        "no_single_seats": False,
        "legal_name": "",
        "legal_address": "",
        "tax_id": "",
        "terms_url": "",
        "privacy_url": "",
        "terms_version": "",
    }


def test_an_owner_changes_in_part_how_the_theater_sells(olgas: APIClient, theater: Theater) -> None:
    policy = [{"until_minutes": 60, "share": 50}, {"until_minutes": 1440, "share": 100}]
    sent = {"booking_fee": "0.70", "tax_rate": "7.00", "refund_policy": policy}
    changed = olgas.patch(path(theater), sent).json()
    assert changed["refund_policy"] == policy[::-1]
    assert (changed["booking_fee"], changed["tax_rate"]) == ("0.70", "7.00")
    changed = olgas.patch(path(theater), {"counter_until_minutes": 0}).json()
    assert (changed["counter_until_minutes"], changed["booking_fee"]) == (0, "0.70")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"pays": "never"}, "validation_failed"),
        ({"pay_within_minutes": 4}, "validation_failed"),
        ({"pay_within_minutes": 61}, "validation_failed"),
        ({"counter_until_minutes": 14 * 24 * 60 + 1}, "validation_failed"),
        ({"booking_fee": "-1"}, "validation_failed"),
        ({"tax_rate": "99.01"}, "validation_failed"),
        ({"terms_url": "javascript:alert(1)"}, "validation_failed"),
        ({"refund_policy": [{"until_minutes": 1}]}, "validation_failed"),
        ({"refund_policy": [{"until_minutes": 1, "share": 101}]}, "validation_failed"),
        ({"refund_policy": [{"until_minutes": -1, "share": 1}]}, "validation_failed"),
        ({"refund_policy": [{"until_minutes": n, "share": 1} for n in range(11)]},
         "validation_failed"),
        ({"refund_policy": [{"until_minutes": 1, "share": n} for n in (1, 2)]}, "duplicate_steps"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(
    olgas: APIClient, theater: Theater, fields: dict[str, Any], code: str
) -> None:
    problem(olgas.patch(path(theater), fields), 400, code)
    theater.refresh_from_db()
    assert theater.refund_policy == []


def test_a_fee_in_yen_is_whole(olgas: APIClient, theater: Theater) -> None:
    Theater.objects.update(currency="JPY")
    problem(olgas.patch(path(theater), {"booking_fee": "0.50"}), 400, "not_whole")


def test_a_policy_may_have_ten_steps(olgas: APIClient, theater: Theater) -> None:
    steps = [{"until_minutes": 10 - n, "share": 10 * n} for n in range(1, 11)]
    assert olgas.patch(path(theater), {"refund_policy": steps}).json()["refund_policy"] == steps


@pytest.mark.parametrize("pays", ["online", "both"])
def test_whoever_sells_online_says_who_they_are(
    olgas: APIClient, theater: Theater, pays: str
) -> None:
    connect(theater)
    refusal = problem(olgas.patch(path(theater), {"pays": pays}), 409, "seller_incomplete")
    assert refusal["missing"] == ["legal_name", "legal_address", "terms_url", "privacy_url"]
    some = {"pays": pays, "legal_name": "Babylon", "terms_url": "https://b.example/terms"}
    refusal = problem(olgas.patch(path(theater), some), 409, "seller_incomplete")
    assert refusal["missing"] == ["legal_address", "privacy_url"]
    assert olgas.patch(path(theater), {"pays": pays, **SELLER}).json()["pays"] == pays
    refusal = problem(olgas.patch(path(theater), {"legal_name": ""}), 409, "seller_incomplete")
    assert refusal["missing"] == ["legal_name"]


def test_whoever_sells_online_has_an_account(
    olgas: APIClient, theater: Theater, otto: User
) -> None:
    wish = {"pays": "both", **SELLER}
    connect(Theater.objects.create(name="Metro", city="Graz", owner=otto))
    connect(theater, "counter")
    account = connect(theater)
    ProviderAccount.objects.filter(pk=account.pk).update(is_active=False)
    problem(olgas.patch(path(theater), wish), 409, "no_provider_account")
    ProviderAccount.objects.filter(pk=account.pk).update(is_active=True)
    assert olgas.patch(path(theater), wish).json()["pays"] == "both"


def test_nobody_undoes_a_change_unseen(olgas: APIClient, theater: Theater) -> None:
    etag = olgas.get(path(theater)).headers["ETag"]
    changed = olgas.patch(path(theater), {"tax_rate": "7"}, HTTP_IF_MATCH=etag)
    assert changed.headers["ETag"] == olgas.get(path(theater)).headers["ETag"] != etag
    stale = olgas.patch(path(theater), {"tax_rate": "19"}, HTTP_IF_MATCH=etag)
    problem(stale, 412, "precondition_failed")


def test_only_those_who_run_the_theater_see_its_settings(
    as_: As, otto: User, alice: User, theater: Theater
) -> None:
    problem(as_(otto).get(path(theater)), 404, "not_found")
    problem(as_(otto).patch(path(theater), {"tax_rate": "7"}), 404, "not_found")
    problem(as_(alice).get(path(theater)), 403, "permission_denied")


def test_everybody_sees_the_seller_before_ordering(
    olgas: APIClient, anyone: APIClient, theater: Theater
) -> None:
    policy = [{"until_minutes": 60, "share": 100}]
    olgas.patch(path(theater), {**SELLER, "refund_policy": policy, "tax_rate": "7"})
    shown = anyone.get(f"/api/v1/theaters/{theater.pk}/").json()
    assert shown["seller"] == SELLER
    assert (shown["pays"], shown["refund_policy"]) == ("counter", policy)
    assert shown["fee_refundable"] is False
    assert "tax_rate" not in shown


def test_the_theater_itself_takes_no_settings(olgas: APIClient, theater: Theater) -> None:
    olgas.patch(f"/api/v1/theaters/{theater.pk}/", {"pays": "online", "seller": SELLER})
    theater.refresh_from_db()
    assert (theater.pays, theater.legal_name) == ("counter", "")
