"""Guests book without an account, come back by the mail's link, and may move to an account."""

from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from bookings.guests import key_of
from bookings.models import Booking
from shows.models import Show
from tests.api import As, book, hold
from users.models import User
from users.tests.conftest import run_jobs

pytestmark = pytest.mark.django_db
NAMED = {"name": "Gina", "email": "gina@example.com"}


@pytest.fixture
def tokens(anyone: APIClient) -> Any:
    return anyone.post("/api/v1/auth/guest/").json()


@pytest.fixture
def guest(tokens: Any) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    return client


def test_a_guest_books_with_a_name_and_an_address(guest: APIClient, show: Show) -> None:
    answer = book(guest, show, "A1", **NAMED)
    assert answer.status_code == 201, answer.json()
    booking = Booking.objects.get()
    assert (booking.contact_name, booking.contact_email) == ("Gina", "gina@example.com")


def test_the_theater_reads_who_booked(
    guest: APIClient, as_: As, show: Show, olga: User, alice: User
) -> None:
    book(guest, show, "A1", **NAMED)
    book(as_(alice), show, "A2", name="Alice of Row A", email="office@example.com")
    rows = as_(olga).get(f"/api/v1/shows/{show.pk}/bookings/").json()["results"]
    assert [row["customer"] for row in rows] == [
        {"name": "Alice of Row A", "email": "office@example.com"},
        {"name": "Gina", "email": "gina@example.com"},
    ]


@pytest.mark.parametrize("missing", ["name", "email"])
def test_both_are_required(guest: APIClient, show: Show, missing: str) -> None:
    given = {name: value for name, value in NAMED.items() if name != missing}
    answer = book(guest, show, "A1", **given)
    assert answer.json()["code"] == "contact_required"
    assert answer.json()["errors"][0]["field"] == missing


def test_the_address_of_an_account_is_no_hindrance(
    guest: APIClient, show: Show, alice: User
) -> None:
    assert book(guest, show, "A1", name="Alice", email=alice.email).status_code == 201


def test_the_mail_leads_back_to_the_booking(
    guest: APIClient, anyone: APIClient, show: Show, settings: Any
) -> None:
    settings.BOOKING_URL = "https://tickets.example/b/{reference}"
    reference = book(guest, show, "A1", **NAMED).json()["reference"]
    run_jobs()
    (message,) = mail.outbox
    assert message.to == ["gina@example.com"]
    assert f"https://tickets.example/b/{reference}#key={key_of(reference)}" in message.body
    answer = anyone.post(
        "/api/v1/auth/booking/", {"reference": reference, "key": key_of(reference)}
    )
    assert answer.status_code == 201
    again = APIClient()
    again.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert again.get(f"/api/v1/bookings/{reference}/").status_code == 200


@pytest.mark.parametrize(
    ("url", "before"),
    [
        ("https://tickets.example/b/{reference}?from=mail", "?from=mail#"),
        ("https://tickets.example/#/b/{reference}", "&"),
    ],
)
def test_the_key_is_in_the_fragment_of_every_link(
    guest: APIClient, show: Show, settings: Any, url: str, before: str
) -> None:
    settings.BOOKING_URL = url
    reference = book(guest, show, "A1", **NAMED).json()["reference"]
    run_jobs()
    assert f"{reference}{before}key={key_of(reference)}" in mail.outbox[0].body


def opened(anyone: APIClient, reference: str) -> APIClient:
    """Returns who has followed the link of a mail."""
    wish = {"reference": reference, "key": key_of(reference)}
    answer = anyone.post("/api/v1/auth/booking/", wish)
    assert answer.status_code == 201, answer.json()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client


def seen_by(client: APIClient) -> list[str]:
    return [each["reference"] for each in client.get("/api/v1/bookings/").json()["results"]]


def test_a_link_opens_its_booking_alone(guest: APIClient, anyone: APIClient, show: Show) -> None:
    first, second = (
        book(guest, show, label, **NAMED).json()["reference"] for label in ("A1", "A2")
    )
    friend = opened(anyone, first)
    assert seen_by(friend) == [first]
    assert friend.get(f"/api/v1/bookings/{second}/").status_code == 404
    assert friend.post(f"/api/v1/bookings/{second}/cancel/").status_code == 404
    assert seen_by(guest) == [second]
    again = opened(anyone, first)
    assert (seen_by(again), seen_by(friend)) == ([first], [first])
    assert seen_by(opened(anyone, second)) == [second]
    assert seen_by(guest) == [second]


def test_a_link_shows_nothing_that_is_booked_after_it_was_followed(
    guest: APIClient, anyone: APIClient, show: Show
) -> None:
    first = book(guest, show, "A1", **NAMED).json()["reference"]
    friend = opened(anyone, first)
    second = book(friend, show, "A2", **NAMED).json()["reference"]
    assert seen_by(opened(anyone, first)) == [first]
    assert seen_by(friend) == [second]


def test_a_link_leads_to_no_held_seats(guest: APIClient, anyone: APIClient, show: Show) -> None:
    reference = book(guest, show, "A1", **NAMED).json()["reference"]
    hold(guest, show, "A2")
    friend = opened(anyone, reference)
    assert friend.get("/api/v1/holds/").json()["results"] == []
    assert len(guest.get("/api/v1/holds/").json()["results"]) == 1


def test_a_claim_by_key_takes_that_booking_alone(
    guest: APIClient, as_: As, show: Show, alice: User
) -> None:
    first, second = (
        book(guest, show, label, **NAMED).json()["reference"] for label in ("A1", "A2")
    )
    wish = {"reference": first, "key": key_of(first)}
    assert as_(alice).post("/api/v1/bookings/claim/", wish).status_code == 200
    assert (seen_by(as_(alice)), seen_by(guest)) == ([first], [second])


def test_the_key_of_another_booking_opens_nothing(
    guest: APIClient, anyone: APIClient, show: Show
) -> None:
    first, second = (
        book(guest, show, label, **NAMED).json()["reference"] for label in ("A1", "A2")
    )
    answer = anyone.post("/api/v1/auth/booking/", {"reference": first, "key": key_of(second)})
    assert answer.json()["code"] == "invalid_key"


def test_no_key_opens_the_booking_of_an_account(
    as_: As, anyone: APIClient, show: Show, alice: User
) -> None:
    reference = book(as_(alice), show, "A1").json()["reference"]
    answer = anyone.post(
        "/api/v1/auth/booking/", {"reference": reference, "key": key_of(reference)}
    )
    assert answer.json()["code"] == "invalid_key"


def test_a_booking_moves_to_an_account_once(
    guest: APIClient, as_: As, show: Show, alice: User, bob: User
) -> None:
    reference = book(guest, show, "A1", **NAMED).json()["reference"]
    wish = {"reference": reference, "key": key_of(reference)}
    assert as_(alice).post("/api/v1/bookings/claim/", wish).status_code == 200
    assert Booking.objects.get().user == alice
    assert guest.get(f"/api/v1/bookings/{reference}/").status_code == 404
    assert as_(bob).post("/api/v1/bookings/claim/", wish).json()["code"] == "invalid_key"


def test_what_a_guest_holds_moves_to_an_account(
    guest: APIClient, tokens: Any, as_: As, show: Show, alice: User
) -> None:
    hold(guest, show, "A1", "A2")
    answer = as_(alice).post("/api/v1/holds/claim/", {"token": tokens["access"]})
    assert answer.json() == {"seats": 2}
    assert book(as_(alice), show).status_code == 201


def test_it_does_not_if_the_account_holds_seats_of_the_show(
    guest: APIClient, tokens: Any, as_: As, show: Show, alice: User
) -> None:
    hold(guest, show, "A1")
    hold(as_(alice), show, "B1")
    answer = as_(alice).post("/api/v1/holds/claim/", {"token": tokens["access"]})
    assert answer.json()["code"] == "already_holding"


@pytest.fixture
def browser(guest: APIClient, as_: As, alice: User) -> APIClient:
    """Where a guest is logged in by a cookie, and Alice has just got her tokens."""
    assert guest.post("/api/v1/auth/session/").status_code == 204
    client = as_(alice)
    client.cookies = guest.cookies
    return client


@pytest.mark.parametrize(
    ("site", "outcome"), [("same-origin", {"seats": 2}), ("cross-site", "cross_origin")]
)
def test_what_a_browser_holds_follows_who_logs_in_there_but_not_for_other_sites(
    guest: APIClient, browser: APIClient, show: Show, site: str, outcome: Any
) -> None:
    hold(guest, show, "A1", "A2")
    answer = browser.post("/api/v1/holds/claim/", {}, HTTP_SEC_FETCH_SITE=site).json()
    assert answer.get("code", answer) == outcome
    assert book(browser, show).status_code == (201 if site == "same-origin" else 409)


def test_nothing_moves_without_a_guest(as_: As, alice: User) -> None:
    answer = as_(alice).post("/api/v1/holds/claim/", {})
    assert answer.json()["code"] == "invalid_key"


@pytest.mark.parametrize("token", ["x", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.x.y"])
def test_other_tokens_move_nothing(as_: As, alice: User, token: str) -> None:
    answer = as_(alice).post("/api/v1/holds/claim/", {"token": token})
    assert answer.json()["code"] == "invalid_key"


def test_who_sells_books_for_somebody_at_the_counter(as_: As, show: Show, olga: User) -> None:
    answer = book(as_(olga), show, "A1", at_counter=True, name="Gina")
    assert answer.status_code == 201, answer.json()
    booking = Booking.objects.get()
    assert (booking.user, booking.sold_by, booking.channel) == (None, olga, "box_office")
    assert as_(olga).get(f"/api/v1/bookings/{booking.reference}/").status_code == 200
    listed = as_(olga).get(f"/api/v1/shows/{show.pk}/bookings/").json()["results"]
    assert listed[0]["customer"] == {"name": "Gina", "email": "nobody@counter.invalid"}


def test_a_customer_does_not(as_: As, show: Show, alice: User) -> None:
    assert book(as_(alice), show, "A1", at_counter=True).status_code == 403
