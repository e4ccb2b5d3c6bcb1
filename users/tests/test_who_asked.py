"""Codes belong to whoever asked for them: strangers stop no mails and use up no guesses."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from rest_framework.test import APIClient

from core.models import RateCounter
from users.codes import Asker, InvalidCode, guess_code, issue_code
from users.models import OneTimeCode, Purpose, User
from users.tests.conftest import another, run_jobs

AUTH = "/api/v1/auth/"
PASSWORD, NEW = "correct-horse-battery", "purple monkey dishwasher"
HOME, CAFE, FAR = "192.0.2.1", "198.51.100.7", "203.0.113.9"
Code = Callable[[], str]
pytestmark = pytest.mark.django_db


def ask(email: str, address: str) -> Any:
    client = APIClient(REMOTE_ADDR=address)
    return client.post(f"{AUTH}password/forgot/", {"email": email})


def asked(email: str, address: str) -> str:
    """Returns the `request` in the response."""
    answer = ask(email, address)
    assert answer.status_code == 202, answer.content
    return str(answer.json()["request"])


def reset(email: str, code: str, address: str, request: str = "") -> int:
    body = {"email": email, "code": code, "new_password": NEW}
    if request:
        body["request"] = request
    client = APIClient(REMOTE_ADDR=address)
    return client.post(f"{AUTH}password/reset/", body).status_code


def wrong_guesses(number: int, email: str, code: str, address: str, request: str = "") -> None:
    for _ in range(number):
        assert reset(email, another(code), address, request) == 400


def test_five_strangers_who_ask_do_not_keep_the_owner_from_asking(alice: User) -> None:
    for number in range(5):
        ask(alice.email, f"203.0.113.{number}")
    assert ask(alice.email, HOME).status_code == 202
    assert len(mail.outbox) == 0
    run_jobs()
    assert len(mail.outbox) == 6


def test_five_an_hour_from_one_address(alice: User) -> None:
    statuses = Counter(ask(alice.email, HOME).status_code for _ in range(7))
    assert statuses == {202: 5, 429: 2}


@pytest.mark.parametrize(("limit", "most"), [("forgot_account", 20), ("forgot_account_day", 40)])
def test_a_ceiling_of_codes_that_stops_nobody_where_they_were_logged_in(
    alice: User, limit: str, most: int
) -> None:
    body = {"email": alice.email, "password": PASSWORD}
    assert APIClient(REMOTE_ADDR=HOME).post(f"{AUTH}login/", body).status_code == 200
    ask(alice.email, FAR)
    RateCounter.objects.filter(limit=limit).update(count=most - 1)
    assert ask(alice.email, CAFE).status_code == 202
    assert ask(alice.email, CAFE).status_code == 429
    assert ask(alice.email, HOME).status_code == 202
    RateCounter.objects.filter(limit=limit).update(
        window_ends_at=F("window_ends_at") - timedelta(1)
    )
    assert ask(alice.email, CAFE).status_code == 202


def test_a_stranger_who_asks_later_leaves_the_owners_code_alive(
    alice: User, code_sent: Code
) -> None:
    request = asked(alice.email, HOME)
    code = code_sent()
    asked(alice.email, FAR)
    code_sent()
    assert reset(alice.email, code, CAFE, request) == 204


def test_a_client_that_sends_no_request_is_known_by_its_address(
    alice: User, code_sent: Code
) -> None:
    asked(alice.email, HOME)
    code = code_sent()
    asked(alice.email, FAR)
    assert code_sent() == code or reset(alice.email, code, CAFE) == 400
    assert reset(alice.email, code, HOME) == 204


def test_a_client_that_sends_no_request_may_have_changed_its_address(
    alice: User, code_sent: Code
) -> None:
    asked(alice.email, HOME)
    assert reset(alice.email, code_sent(), CAFE) == 204


@pytest.mark.parametrize("stranger", [HOME, FAR])
def test_strangers_do_not_use_up_the_guesses_of_whoever_asked(
    alice: User, code_sent: Code, stranger: str
) -> None:
    request = asked(alice.email, HOME)
    code = code_sent()
    wrong_guesses(6, alice.email, code, stranger)
    wrong_guesses(6, alice.email, code, stranger, asked(alice.email, stranger))
    assert reset(alice.email, code, HOME, request) == 204


def test_strangers_elsewhere_do_not_use_up_the_guesses_of_an_address(
    alice: User, code_sent: Code
) -> None:
    asked(alice.email, HOME)
    code = code_sent()
    wrong_guesses(6, alice.email, code, FAR)
    assert reset(alice.email, code, HOME) == 204


def test_fifteen_guesses_at_a_code_in_all(alice: User, code_sent: Code) -> None:
    request = asked(alice.email, HOME)
    code = code_sent()
    wrong_guesses(6, alice.email, code, CAFE, request)
    wrong_guesses(6, alice.email, code, HOME)
    for number in range(6):
        wrong_guesses(1, alice.email, code, f"203.0.113.{number}")
    guesses = OneTimeCode.objects.values_list("guesses", "guesses_nearby", "guesses_elsewhere")
    assert list(guesses) == [(5, 5, 5)]
    for place in (HOME, FAR):
        assert reset(alice.email, code, place) == 400
    assert reset(alice.email, code, HOME, request) == 400


def test_another_request_does_not_open_the_code(alice: User, bob: User, code_sent: Code) -> None:
    asked(alice.email, HOME)
    code = code_sent()
    for request in (asked(bob.email, HOME), asked("nobody@example.com", HOME), "made-up"):
        assert reset(alice.email, code, HOME, request) == 400
    guesses = OneTimeCode.objects.values_list("guesses", "guesses_nearby", "guesses_elsewhere")
    assert list(guesses) == [(0, 0, 0)]


def test_a_new_password_kills_the_codes_of_all_who_asked(alice: User, code_sent: Code) -> None:
    strangers = asked(alice.email, FAR)
    theirs = code_sent()
    request = asked(alice.email, HOME)
    assert reset(alice.email, code_sent(), HOME, request) == 204
    assert reset(alice.email, theirs, FAR, strangers) == 400


def test_known_and_unknown_are_told_the_same(alice: User) -> None:
    known, unknown = (ask(email, HOME).json() for email in (alice.email, "nobody@example.com"))
    assert known.pop("request") != unknown.pop("request")
    assert known == unknown


def test_known_and_unknown_cost_the_same_queries(
    alice: User, django_assert_num_queries: Any
) -> None:
    for email in (alice.email, "nobody@example.com"):
        with django_assert_num_queries(6):
            ask(email, HOME)
        with django_assert_num_queries(2):
            reset(email, "123456", HOME)


def test_neither_job_nor_code_says_who_asked_from_where(alice: User) -> None:
    request = asked(alice.email, HOME)
    asked("nobody@example.com", HOME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs ORDER BY id")
        known, unknown = (json.loads(row[0]) for row in cursor.fetchall())
    assert (known["user_id"], unknown["user_id"]) == (alice.pk, 0)
    assert known.keys() == unknown.keys() == {"user_id", "request", "network"}
    run_jobs()
    row = OneTimeCode.objects.values_list("request", "network").get()
    for secret in (request, HOME, "@"):
        assert secret not in f"{known} {unknown} {row}"


def test_counting_a_guess_does_not_wait_for_the_disk(alice: User, code_sent: Code) -> None:
    request = asked(alice.email, HOME)
    code = code_sent()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO on")
        wrong_guesses(1, alice.email, code, HOME, request)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("off",)


@pytest.mark.parametrize("place", ["asker", "nearby", "elsewhere"])
def test_a_code_that_replaces_another_has_all_guesses_of_every_place(
    alice: User, place: str
) -> None:
    asker = Asker(request="r", network="n")
    guesser = {"asker": asker, "nearby": Asker(network="n"), "elsewhere": Asker(network="m")}[place]

    def guess(code: str) -> None:
        guess_code(code, email=alice.email, purpose=Purpose.RESET, asker=guesser)

    code = issue_code(user=alice, purpose=Purpose.RESET, asker=asker)
    for _ in range(3):
        with pytest.raises(InvalidCode):
            guess(another(code))
    code = issue_code(user=alice, purpose=Purpose.RESET, asker=asker)
    for _ in range(4):
        with pytest.raises(InvalidCode):
            guess(another(code))
    guess(code)
    with pytest.raises(InvalidCode):
        guess(code)
