"""tests.leaks finds leaks in the responses of a broken program."""

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from bookings.models import Booking, BookingQuerySet
from shows import seatmap
from shows.models import Show
from tests.api import As
from tests.leaks import Known, Leak, Seen, leaks
from users import tokens
from users.api import serializers
from users.models import User
from users.sessions import start_session

pytestmark = pytest.mark.django_db
TICKET = "0123456789abcdef0123456789abcdef"
ALICES = Seen(f'{{"code":"{TICKET}"}}', route="bookings", user_id=1, role="user")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("argon2$argon2id$v=19$m=65536", "a password's hash"),
        ("md5$salt$5f4dcc3b", "a password's hash"),
        ("pbkdf2_sha256$600000$", "a password's hash"),
        (f"key={settings.SECRET_KEY}", "the secret key"),
        ("Traceback (most recent call last):", "the inside of the program"),
        (f"{settings.BASE_DIR}/core/urls.py", "the inside of the program"),
        ('{"access": "eyJhbGciOiJIUzI1NiJ9.e30.x"}', "a token"),
        ('{"detail": "123456 is right"}', "a one-time code"),
        ('{"email": "bob@example.com"}', "the address bob@example.com"),
        ('{"name": "Bob"}', "the name Bob"),
        (TICKET, "somebody else's ticket or booking"),
    ],
)
def test_a_planted_leak_is_found(text: str, what: str) -> None:
    known = Known({"bob@example.com"}, {"123456"}, holders={TICKET.encode(): 1})
    seen = Seen(text, route="me", user_id=2, role="user", email="eve@example.com")
    assert leaks(seen, known) == [what]


@pytest.mark.parametrize(
    "seen",
    [
        Seen('{"email": "bob@example.com"}', user_id=2, email="bob@example.com"),
        Seen('{"email": "bob@example.com"}', route="register", sent='"ＢＯＢ@example.com"'),
        Seen('{"access": "eyJhbGciOiJIUzI1NiJ9.e30.x"}', route="login"),
        Seen('{"email": "bob@example.com", "name": "Bob"}', "show-bookings", role="owner"),
        Seen('{"at": "2026-01-01T00:00:00.123456Z"}'),
        ALICES,
    ],
)
def test_what_one_may_know_is_not_a_leak(seen: Seen) -> None:
    assert leaks(seen, Known({"bob@example.com"}, {"123456"})) == []


def test_a_ticket_is_its_first_readers() -> None:
    known = Known()
    assert leaks(ALICES, known) == []
    assert leaks(ALICES, known) == []
    for reader in (
        Seen(ALICES.text, "booking", user_id=2, role="user"),
        Seen(ALICES.text, "booking"),
    ):
        assert leaks(reader, known) == ["somebody else's ticket or booking"]
    assert leaks(Seen(ALICES.text, "booking", user_id=3, role="owner"), known) == []


# The program, broken


def client_of(user: User) -> APIClient:
    access = tokens.pair(start_session(user=user, address=""))["access"]
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")


def test_a_hash_among_the_fields(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [*serializers.UserOutput.Meta.fields, "password"]
    monkeypatch.setattr(serializers.UserOutput.Meta, "fields", fields)
    monkeypatch.setattr(serializers.UserOutput.Meta, "read_only_fields", fields)
    with pytest.raises(Leak, match="a password's hash"):
        client_of(alice).get("/api/v1/users/me/")


def test_bookings_of_everybody(
    show: Show, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"show": show.pk, "seats": ["A1"]}
    made = client_of(alice).post("/api/v1/bookings/", wish)
    assert made.status_code == 201

    def everybodys(rows: BookingQuerySet, user: User) -> BookingQuerySet:
        return rows

    monkeypatch.setattr(BookingQuerySet, "visible_to", everybodys)
    with pytest.raises(Leak, match="somebody else's ticket"):
        client_of(bob).get(made.headers["Location"])
    assert Booking.objects.count() == 1


def test_a_seat_map_that_names_who_holds(
    show: Show,
    alice: User,
    anyone: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    as_: As,
) -> None:
    as_(alice).put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    named = seatmap.SELECT_SEATS.replace(
        "seat.category,", "(SELECT email FROM users_user WHERE id = seat.held_by_id),"
    )
    monkeypatch.setattr(seatmap, "SELECT_SEATS", named)
    with pytest.raises(Leak, match=r"the address alice@example\.com"):
        anyone.get(f"/api/v1/shows/{show.pk}/seats/")
