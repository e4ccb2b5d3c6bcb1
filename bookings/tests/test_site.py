"""What a client learns of the site before anybody chooses anything."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from payments.tests.sold import SELLER
from shows.models import Show
from tests.api import As
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
PATH = "/api/v1/site/"


def site(client: APIClient) -> Any:
    answer = client.get(PATH)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def show_in(make_show: Callable[..., Show], olga: User) -> Callable[..., Show]:
    def make(city: str, **fields: Any) -> Show:
        theater = Theater.objects.create(name=city, city=city, owner=olga)
        return make_show(screen=Screen.objects.create(theater=theater, name="One"), **fields)

    return make


def test_it_says_what_is_set(anyone: APIClient, settings: Settings) -> None:
    settings.SITE_NAME = "Kinos am Rhein"
    settings.SITE_IMPRINT_URL = "https://kinos.example/impressum"
    settings.CANCEL_UNTIL = timedelta(minutes=30)
    assert site(anyone) == {
        "name": "Kinos am Rhein",
        "cities": [],
        "languages": ["de", "en"],
        "live_url": None,
        "imprint_url": "https://kinos.example/impressum",
        "privacy_url": None,
        "guest": True,
        "payment": False,
        "seats": 10,
        "hold_minutes": 8,
        "hold_minutes_at_most": 16,
        "cancel_minutes": 30,
    }


def test_it_lists_each_city_in_which_something_is_on_once(
    anyone: APIClient, show_in: Callable[..., Show]
) -> None:
    for city in ("Zürich", "Münster", "MUNSTER", "Åbo"):
        show_in(city)
    show_in("Graz", status="cancelled")
    Theater.objects.create(name="New", city="Bonn", owner=Theater.objects.all()[0].owner)
    cities = site(anyone)["cities"]
    assert len(cities) == 3
    assert [city[0] for city in cities] == ["Å", "M", "Z"]
    for city in cities:
        assert anyone.get("/api/v1/programme/", {"city": city}).json()["dates"]


def test_it_says_whether_anything_is_paid_online(anyone: APIClient, theater: Theater) -> None:
    assert site(anyone)["payment"] is False
    Theater.objects.update(pays="both", **SELLER)
    assert site(anyone)["payment"] is True


def test_it_is_one_query_and_the_same_for_everybody(
    anyone: APIClient, as_: As, alice: User, show_in: Callable[..., Show]
) -> None:
    for number in range(5):
        show_in(f"City {number}")
    with queries_at_most(1):
        first = anyone.get(PATH)
    assert as_(alice).get(PATH).content == first.content


def test_anybody_may_keep_it_for_a_while(anyone: APIClient, as_: As, alice: User) -> None:
    for client in (anyone, as_(alice)):
        answer = client.get(PATH)
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        again = client.get(PATH, HTTP_IF_NONE_MATCH=answer.headers["ETag"])
        assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, max-age=300")
