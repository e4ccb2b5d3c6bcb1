"""Owners run their theaters, admins all of them; everybody finds them."""

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from shows.models import Show
from tests.api import As
from tests.problems import problem
from theaters.models import Screen, Theater
from users.models import User

THEATERS = "/api/v1/theaters/"
BABYLON = {
    "name": "Babylon",
    "address": "Rosa-Luxemburg-Straße 30",
    "city": "Berlin",
    "timezone": "Europe/Berlin",
    "latitude": 52.526,
    "longitude": 13.4115,
    "currency": "EUR",
    "phone": "+49 (30) 23125-042",
    "email": "tickets@babylon.example.com",
    "website": "https://babylon.example.com/",
    "accent": "#8a1538",
}


SELLS_AS_USUAL = {
    "pays": "counter",
    "refund_policy": [],
    "fee_refundable": False,
    "seller": {
        "legal_name": "",
        "legal_address": "",
        "tax_id": "",
        "terms_url": "",
        "privacy_url": "",
    },
}


def names(client: APIClient, **parameters: str) -> list[str]:
    answer = client.get(THEATERS, parameters)
    assert answer.status_code == 200, answer.content
    return [theater["name"] for theater in answer.json()["results"]]


def test_an_owner_opens_a_theater_with_one_screen(as_: As, olga: User, anyone: APIClient) -> None:
    answer = as_(olga).post(THEATERS, BABYLON)
    assert answer.status_code == 201
    theater = answer.json()
    assert theater == {"id": theater["id"], **BABYLON, "owner": olga.pk, **SELLS_AS_USUAL}
    assert anyone.get(f"{THEATERS}{theater['id']}/").json() == theater
    screens = anyone.get(f"{THEATERS}{theater['id']}/screens/").json()["results"]
    assert [(s["name"], s["rows"], s["columns"]) for s in screens] == [("Screen 1", 10, 10)]
    assert screens[0]["layout"] == ["ssssssssss"] * 10
    assert screens[0]["turnaround_minutes"] == 15
    assert screens[0]["theater"] == theater["id"]


def test_an_owner_cannot_open_one_for_somebody_else(as_: As, olga: User, otto: User) -> None:
    answer = as_(olga).post(THEATERS, BABYLON | {"owner": otto.pk})
    assert answer.json()["owner"] == olga.pk


def test_an_admin_can(as_: As, ada: User, otto: User) -> None:
    client = as_(ada)
    answer = client.post(THEATERS, BABYLON | {"owner": otto.pk})
    assert (answer.status_code, answer.json()["owner"]) == (201, otto.pk)
    assert client.post(THEATERS, BABYLON).json()["owner"] == ada.pk
    theater = f"{THEATERS}{answer.json()['id']}/"
    assert client.patch(theater, {"owner": ada.pk}).json()["owner"] == ada.pk


def test_the_owner_must_have_that_role(as_: As, ada: User, alice: User) -> None:
    client = as_(ada)
    for nobody in (alice.pk, 10**30, 999_999):
        said = problem(client.post(THEATERS, BABYLON | {"owner": nobody}), 400, "does_not_exist")
        assert said["errors"][0]["field"] == "owner"


def test_an_owner_cannot_give_a_theater_away_or_take_one(
    as_: As, olga: User, otto: User, theater: Theater
) -> None:
    answer = as_(olga).patch(f"{THEATERS}{theater.pk}/", {"owner": otto.pk, "name": "Babel"})
    assert (answer.json()["owner"], answer.json()["name"]) == (olga.pk, "Babel")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("timezone", "Mars/Olympus", "unknown_timezone"),
        ("timezone", "europe/berlin", "unknown_timezone"),
        ("timezone", "../../etc/passwd", "unknown_timezone"),
        ("timezone", "/etc/localtime", "unknown_timezone"),
        ("timezone", "localtime", "unknown_timezone"),
        ("timezone", "+02:00", "unknown_timezone"),
        ("timezone", "", "validation_failed"),
        ("timezone", 1, "validation_failed"),
        ("currency", "eur", "unknown_currency"),
        ("currency", "XXX", "unknown_currency"),
        ("currency", "KWD", "unknown_currency"),
        ("currency", "EURO", "validation_failed"),
        ("name", "", "validation_failed"),
        ("name", "x" * 121, "validation_failed"),
        ("city", " ", "validation_failed"),
        ("city", None, "validation_failed"),
        ("latitude", 90.1, "validation_failed"),
        ("latitude", "52", "validation_failed"),
        ("latitude", True, "validation_failed"),
        ("longitude", -180.1, "validation_failed"),
        ("longitude", 10**90, "validation_failed"),
        ("phone", "ask for Olga", "validation_failed"),
        ("phone", "()", "validation_failed"),
        ("phone", "\uff11\uff12\uff13", "validation_failed"),
        ("phone", "0" * 41, "validation_failed"),
        ("phone", 49, "validation_failed"),
        ("email", "babylon", "validation_failed"),
        ("email", None, "validation_failed"),
        ("website", "babylon.example.com", "validation_failed"),
        ("accent", "red", "validation_failed"),
        ("accent", "#ffcc00", "validation_failed"),
        ("website", "javascript:alert(1)", "validation_failed"),
        ("website", "https://e.example/" + "x" * 500, "validation_failed"),
    ],
)
def test_a_bad_value_is_refused_by_name(
    as_: As, olga: User, theater: Theater, field: str, value: object, code: str
) -> None:
    client = as_(olga)
    for answer in (
        client.post(THEATERS, BABYLON | {field: value}),
        client.patch(f"{THEATERS}{theater.pk}/", {field: value}),
    ):
        assert [row["field"] for row in problem(answer, 400, code)["errors"]] == [field]
    assert Theater.objects.count() == 1


def test_zone_and_currency_are_fixed_once_there_are_shows(as_: As, olga: User, show: Show) -> None:
    client, theater = as_(olga), f"{THEATERS}{show.screen.theater_id}/"
    problem(client.patch(theater, {"timezone": "Europe/Paris"}), 409, "in_use")
    problem(client.patch(theater, {"currency": "CHF"}), 409, "in_use")
    same = {"timezone": "Europe/Berlin", "currency": "EUR", "name": "Babel"}
    assert client.patch(theater, same).json()["name"] == "Babel"


def test_zone_and_currency_may_change_before(as_: As, olga: User, theater: Theater) -> None:
    changes = {"timezone": "Asia/Tokyo", "currency": "JPY"}
    answer = as_(olga).patch(f"{THEATERS}{theater.pk}/", changes)
    assert (answer.json()["timezone"], answer.json()["currency"]) == ("Asia/Tokyo", "JPY")


def test_deleting_a_theater_deletes_its_screens(as_: As, olga: User, screen: Screen) -> None:
    assert as_(olga).delete(f"{THEATERS}{screen.theater_id}/").status_code == 204
    assert not Screen.objects.exists()


def test_a_theater_with_shows_stays(as_: As, olga: User, show: Show) -> None:
    said = problem(as_(olga).delete(f"{THEATERS}{show.screen.theater_id}/"), 409, "in_use")
    assert "Shows that were never booked can be deleted first" in said["detail"]
    assert Screen.objects.count() == 1


def test_finding_theaters(as_: As, anyone: APIClient, theater: Theater, otto: User) -> None:
    Theater.objects.create(name="Le Champo", city="Paris", owner=otto)
    assert names(anyone) == ["Babylon", "Le Champo"]
    assert names(anyone, ordering="-name") == ["Le Champo", "Babylon"]
    assert names(anyone, city="PARIS") == ["Le Champo"]
    assert names(anyone, city="Par") == []
    assert names(anyone, search="babilon") == ["Babylon"]
    assert names(anyone, search="paris") == ["Le Champo"]
    assert names(as_(otto), owner="me") == ["Le Champo"]


def test_owner_me_needs_a_token(anyone: APIClient, theater: Theater) -> None:
    problem(anyone.get(THEATERS, {"owner": "me"}), 401, "not_authenticated")
    problem(anyone.get(THEATERS, {"owner": str(theater.owner_id)}), 400)


def test_a_page_costs_two_queries_however_long(
    anyone: APIClient, olga: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Theater.objects.bulk_create(Theater(name=f"T{n}", city="X", owner=olga) for n in range(20))
    with django_assert_num_queries(2):
        assert len(anyone.get(THEATERS).json()["results"]) == 20


def test_a_theater_need_not_say_how_to_reach_it(as_: As, olga: User, theater: Theater) -> None:
    client = as_(olga)
    bare = client.post(THEATERS, {"name": "Capitol", "city": "Graz"}).json()
    assert (bare["phone"], bare["email"], bare["website"]) == ("", "", "")
    path = f"{THEATERS}{theater.pk}/"
    said = client.patch(path, {"phone": " 030 1 ", "email": "Kasse@B\u00fccher.example.com"}).json()
    assert said["phone"] == "030 1"
    assert said["email"] == "kasse@xn--bcher-kva.example.com"
    none = client.patch(path, {"phone": "", "email": "", "website": ""}).json()
    assert (none["phone"], none["email"], none["website"]) == ("", "", "")


def test_the_database_itself_refuses_what_cannot_be(theater: Theater) -> None:
    values = ("latitude", 91), ("longitude", 181), ("phone", "Olga"), ("website", "ftp://b.example")
    for column, value in values:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE theaters_theater SET {column} = %s", [value])


def test_a_disabled_owner_cannot_be_given_a_theater(
    as_: As, ada: User, otto: User, theater: Theater
) -> None:
    User.objects.filter(pk=otto.pk).update(is_active=False)
    path = f"{THEATERS}{theater.pk}/"
    problem(as_(ada).patch(path, {"owner": otto.pk}), 400, "does_not_exist")


def test_a_zone_that_is_no_longer_known_may_stay(as_: As, olga: User, theater: Theater) -> None:
    Theater.objects.update(timezone="Mars/Olympus")
    path = f"{THEATERS}{theater.pk}/"
    assert as_(olga).patch(path, {"timezone": "Mars/Olympus", "name": "B"}).status_code == 200
    problem(as_(olga).patch(path, {"timezone": "Mars/Nix"}), 400, "unknown_timezone")


def test_an_owner_who_was_demoted_may_stay(as_: As, ada: User, bob: User, theater: Theater) -> None:
    User.objects.filter(pk=theater.owner_id).update(role="user")
    path = f"{THEATERS}{theater.pk}/"
    assert as_(ada).patch(path, {"owner": theater.owner_id, "name": "B"}).status_code == 200
    problem(as_(ada).patch(path, {"owner": bob.pk}), 400, "does_not_exist")
