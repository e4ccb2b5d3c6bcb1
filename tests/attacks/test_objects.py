"""OWASP API1: what belongs to somebody else looks as if it did not exist, and is never changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Booking
from movies.models import Movie
from shows.models import Seat, Show
from tests.api import BOOKINGS, As, book
from tests.problems import problem
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db


def without_id(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """Returns the document without its request's id."""
    request_id = answer.headers["X-Request-ID"]
    headers = {name: value for name, value in answer.items() if name != "X-Request-ID"}
    return answer.status_code, answer.content.replace(request_id.encode(), b""), headers


@pytest.mark.parametrize("method", ["get", "cancel"])
def test_a_strangers_booking_is_byte_for_byte_one_that_does_not_exist(
    as_: As, show: Show, alice: User, bob: User, otto: User, method: str
) -> None:
    reference = book(as_(alice), show, "A1").json()["reference"]
    for stranger in (bob, otto):
        client = as_(stranger)
        theirs, nobodys = (
            client.get(f"{BOOKINGS}{name}/")
            if method == "get"
            else client.post(f"{BOOKINGS}{name}/cancel/")
            for name in (reference, "ZZZZZZZZZZ")
        )
        problem(theirs, 404, "not_found")
        assert without_id(theirs) == without_id(nobodys)
    assert Booking.objects.get().status == "confirmed"


@pytest.mark.parametrize("spelling", [str.lower, " {} ".format, "{}%00".format, "{}%0a".format])
def test_a_reference_has_one_spelling(
    as_: As, show: Show, alice: User, spelling: Callable[[str], str]
) -> None:
    client = as_(alice)
    reference = book(client, show, "A1").json()["reference"]
    answer = client.get(f"{BOOKINGS}{spelling(reference)}/")
    assert answer.status_code in {400, 404}


def test_the_hold_of_another_is_not_to_be_seen_or_released(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    hold = f"/api/v1/shows/{show.pk}/hold/"
    as_(alice).put(hold, {"seats": ["A1"]})
    bobs = as_(bob)
    problem(bobs.get(hold), 404, "no_hold")
    assert bobs.delete(hold).status_code == 204
    problem(bobs.post(BOOKINGS, {"show": show.pk}), 409, "no_hold")
    assert Seat.objects.get(held_by=alice).label == "A1"


def test_a_foreign_id_in_a_body_is_one_that_does_not_exist(
    as_: As, movie: Movie, screen: Screen, otto: User
) -> None:
    starts_at = (timezone.now() + timedelta(days=9)).isoformat()
    wish = {"movie": movie.pk, "starts_at": starts_at, "price": "9.00"}
    answers = [
        as_(otto).post("/api/v1/shows/", {**wish, "screen": wanted})
        for wanted in (screen.pk, 999_999_999)
    ]
    assert problem(answers[0], 400, "does_not_exist")["errors"][0]["field"] == "screen"
    assert without_id(answers[0]) == without_id(answers[1])
    assert not Show.objects.exists()


def test_ids_that_do_not_belong_together_are_not_brought_together(
    as_: As, show: Show, screen: Screen, theater: Theater, otto: User, olga: User
) -> None:
    """The path determines the theater, screen or show; the body cannot."""
    ottos = Theater.objects.create(name="Ottos", city="Graz", owner=otto)
    client = as_(otto)
    made = client.post(
        f"/api/v1/theaters/{ottos.pk}/screens/", {"name": "Mine", "theater": theater.pk}
    )
    assert made.json()["theater"] == ottos.pk
    mine = f"/api/v1/screens/{made.json()['id']}/"
    assert (
        client.patch(mine, {"theater": theater.pk, "id": screen.pk}).json()["theater"] == ottos.pk
    )
    olgas = as_(olga)
    moved = olgas.patch(f"/api/v1/shows/{show.pk}/", {"screen": made.json()["id"], "id": 1})
    assert moved.json()["screen"]["id"] == screen.pk
    given = olgas.patch(f"/api/v1/theaters/{theater.pk}/", {"owner": otto.pk})
    assert given.json()["owner"] == olga.pk


def test_the_filters_of_public_lists_tell_nothing_private(
    as_: As, theater: Theater, otto: User, anyone: APIClient
) -> None:
    problem(anyone.get("/api/v1/theaters/?owner=me"), 401)
    for owner in (theater.owner_id, "olga@example.com", "1 OR 1=1"):
        problem(as_(otto).get(f"/api/v1/theaters/?owner={owner}"), 400)
    assert as_(otto).get("/api/v1/theaters/?owner=me").json()["count"] == 0


def test_the_key_of_another_opens_nothing(as_: As, show: Show, alice: User, bob: User) -> None:
    """The same key and request of somebody else is a request of their own."""
    key = {"Idempotency-Key": "guessed"}
    made, stolen = (book(as_(who), show, "A1", key="guessed") for who in (alice, bob))
    problem(stolen, 409, "seats_unavailable")
    cancel = f"{made.headers['Location']}cancel/"
    as_(alice).post(cancel, headers=key)
    problem(as_(bob).post(cancel, headers=key), 404, "not_found")


def test_the_key_of_a_former_owner_opens_nothing(as_: As, show: Show, olga: User) -> None:
    """A response is not repeated for somebody who has lost the role that allowed it."""
    key = {"Idempotency-Key": "mine"}
    path = f"/api/v1/shows/{show.pk}/cancel/"
    assert as_(olga).post(path, {"reason": "Flood"}, headers=key).status_code == 200
    User.objects.filter(pk=olga.pk).update(role="user")
    problem(as_(olga).post(path, {"reason": "Flood"}, headers=key), 403)
