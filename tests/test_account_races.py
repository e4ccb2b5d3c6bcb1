"""Parallel requests about one account, on real connections; each guard has a twin without it.

A twin switches one guard off and must break what the guard protects.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from rest_framework.test import APIClient

from core import throttling
from core.models import RateCounter
from core.postgres.clock import StatementTime
from tests.parallel import at_once
from users import accounts, administration, codes, sessions, tidying, tokens
from users.models import OneTimeCode, Purpose, Session, User
from users.tests.conftest import another

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("threads")]

AUTH = "/api/v1/auth/"
Call = Callable[[], Any]
PASSWORD = "correct-horse-battery"
NEW = "purple monkey dishwasher"


def at_once_statuses(calls: Sequence[Call]) -> Counter[int]:
    return Counter(answer.status_code for answer in at_once(calls))


def bearer(user: User) -> APIClient:
    session = sessions.start_session(user=User.objects.get(pk=user.pk), address="")
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens.pair(session)['access']}")


# One refresh token, twelve tabs

SUPERSEDED = {(401, "refresh_superseded")}


def refresh(token: str) -> Any:
    return APIClient().post(f"{AUTH}refresh/", {"refresh": token})


def race_to_refresh(alice: User) -> list[dict[str, str]]:
    """The pairs that were given out for one refresh token."""
    token = tokens.pair(sessions.start_session(user=alice, address=""))["refresh"]
    answers = at_once([partial(refresh, token)] * 12)
    losers = [answer for answer in answers if answer.status_code != 200]
    assert {(each.status_code, each.json()["code"]) for each in losers} <= SUPERSEDED
    return [answer.json() for answer in answers if answer.status_code == 200]


def test_of_twelve_refreshes_one_succeeds_and_lives(alice: User) -> None:
    for _ in range(20):
        (pair,) = race_to_refresh(alice)
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
        assert client.get("/api/v1/users/me/").status_code == 200
        assert refresh(pair["refresh"]).status_code == 200


def test_without_the_generation_in_the_update_several_succeed(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = "AND generation = %(generation)s\n"
    assert guard in sessions.ROTATE
    monkeypatch.setattr(sessions, "ROTATE", sessions.ROTATE.replace(guard, "\n"))
    assert len(race_to_refresh(alice)) > 1


# One code, a hundred guesses


def guess(client: APIClient, code: str) -> Any:
    return client.post(f"{AUTH}email/verify/", {"code": code})


def race_to_guess(alice: User) -> tuple[APIClient, str]:
    """A hundred wrong guesses of a code; gives the right one."""
    client = bearer(alice)
    code = codes.issue_code(user=alice, purpose=Purpose.VERIFY)
    for _ in range(2):
        statuses = at_once_statuses([partial(guess, client, another(code))] * 50)
        assert statuses == {400: 50}
    return client, code


def test_of_a_hundred_guesses_five_count(alice: User, settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = False
    client, code = race_to_guess(alice)
    assert OneTimeCode.objects.get().guesses == 5
    assert guess(client, code).status_code == 400


def test_without_counting_the_hundred_and_first_guess_gets_in(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS_ENABLED = False
    monkeypatch.setattr(codes, "GUESS", codes.GUESS.replace("(place = 'asker')::int", "0"))
    client, code = race_to_guess(alice)
    assert guess(client, code).status_code == 200


def test_the_limit_stops_most_of_a_hundred_guesses(alice: User) -> None:
    client = bearer(alice)
    code = codes.issue_code(user=alice, purpose=Purpose.VERIFY)
    statuses: Counter[int] = Counter()
    for _ in range(2):
        statuses += at_once_statuses([partial(guess, client, another(code))] * 50)
    assert statuses == {400: 30, 429: 70}


def test_a_right_code_used_at_once_is_used_once(alice: User) -> None:
    for _ in range(10):
        User.objects.update(email_verified=False)
        client = bearer(alice)
        code = codes.issue_code(user=alice, purpose=Purpose.VERIFY)
        assert at_once_statuses([partial(guess, client, code)] * 3) == {200: 1, 400: 2}


def test_without_deleting_the_code_it_is_used_by_all(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "use_code", lambda digest, user_id, purpose: None)
    client = bearer(alice)
    code = codes.issue_code(user=alice, purpose=Purpose.VERIFY)
    assert at_once_statuses([partial(guess, client, code)] * 3)[200] > 1


# Fifty strangers who guess at the code that the owner asked for


def race_with_strangers(alice: User) -> int:
    """What the owner is told who enters the right code when fifty strangers have guessed."""
    body = {"email": alice.email, "new_password": NEW}
    asker = codes.Asker.known_by(request="of the answer", address="192.0.2.1")
    code = codes.issue_code(user=alice, purpose=Purpose.RESET, asker=asker)
    wrong = body | {"code": another(code)}
    calls = [
        partial(APIClient(REMOTE_ADDR=f"203.0.113.{number}").post, f"{AUTH}password/reset/", wrong)
        for number in range(50)
    ]
    assert at_once_statuses(calls) == {400: 50}
    right = body | {"code": code, "request": "of the answer"}
    return APIClient(REMOTE_ADDR="198.51.100.7").post(f"{AUTH}password/reset/", right).status_code


def test_strangers_at_once_use_up_no_guess_of_the_owners(alice: User) -> None:
    assert race_with_strangers(alice) == 204


def test_without_telling_who_guesses_strangers_kill_the_code(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = "CASE WHEN code.request = %(request)s THEN"
    assert guard in codes.GUESS
    monkeypatch.setattr(codes, "GUESS", codes.GUESS.replace(guard, "CASE WHEN true THEN"))
    assert race_with_strangers(alice) == 400


# Fifty logins at a limit of five


def login(address: str = "192.0.2.1", password: str = PASSWORD) -> Any:
    body = {"email": "alice@example.com", "password": password}
    return APIClient(REMOTE_ADDR=address).post(f"{AUTH}login/", body)


@pytest.fixture
def _five_logins(settings: Any) -> None:
    limit = {"login_account_and_address": (5, timedelta(minutes=15))}
    settings.RATE_LIMITS = settings.RATE_LIMITS | limit


@pytest.mark.usefixtures("_five_logins")
def test_of_fifty_logins_at_a_limit_of_five_five_pass(alice: User) -> None:
    assert at_once_statuses([login] * 50) == {200: 5, 429: 45}
    assert Session.objects.count() == 5


@pytest.mark.usefixtures("_five_logins")
def test_rotating_the_forwarded_address_helps_nobody(alice: User) -> None:
    body = {"email": "alice@example.com", "password": "wrong"}
    calls = [
        partial(APIClient(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").post, f"{AUTH}login/", body)
        for number in range(50)
    ]
    assert at_once_statuses(calls) == {401: 5, 429: 45}


CARELESS_COUNT = """
INSERT INTO core_ratecounter ("limit", subject, window_ends_at, count)
SELECT %(limit)s::varchar, %(subject)s::varchar, statement_timestamp() + %(span)s,
       1 + coalesce((SELECT count FROM core_ratecounter
                      WHERE "limit" = %(limit)s::varchar AND subject = %(subject)s::varchar), 0)
  FROM pg_sleep(0.05)
ON CONFLICT ("limit", subject) DO UPDATE SET count = excluded.count
RETURNING count, 60
"""


@pytest.mark.usefixtures("_five_logins")
def test_reading_the_counter_before_writing_it_lets_more_pass(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "COUNT", CARELESS_COUNT)
    assert at_once_statuses([login] * 50)[200] > 5


# One address, registered twice at once


def test_an_address_registered_eight_times_at_once_is_one_account(db: None) -> None:
    body = {"email": "carla@example.com", "password": NEW, "name": "Carla"}
    register = partial(APIClient().post, f"{AUTH}register/", body)
    assert at_once_statuses([register] * 8) == {201: 1, 400: 7}
    assert User.objects.count() == 1
    assert RateCounter.objects.get(limit="register_address").count == 8


# A password that changes while somebody logs in


def test_no_login_with_the_old_password_outlives_its_change(alice: User) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW}
    for _ in range(10):
        alice.set_password(PASSWORD)
        alice.save()
        RateCounter.objects.all().delete()
        change = partial(bearer(alice).post, f"{AUTH}password/change/", body)
        calls: list[Call] = [change, *[login] * 6]
        answers = at_once(calls)
        assert answers[0].status_code == 204
        assert {answer.status_code for answer in answers[1:]} <= {200, 401}
        assert not Session.objects.live().exists()


def test_without_asking_for_the_password_again_a_login_outlives_it(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = "AND password = %(password)s"
    assert guard in sessions.START
    monkeypatch.setattr(sessions, "START", sessions.START.replace(guard, ""))
    checked, changed = Barrier(2, timeout=10), Barrier(2, timeout=10)

    def start_late(*, user: User, address: str, device: str) -> Session:
        checked.wait()
        changed.wait()
        return sessions.start_session(user=user, address=address, device=device)

    def change() -> None:
        checked.wait()
        user = User.objects.get()
        accounts.change_password(user=user, current_password=PASSWORD, new_password=NEW)
        changed.wait()

    monkeypatch.setattr(accounts, "start_session", start_late)
    calls: list[Call] = [login, change]
    at_once(calls)
    assert Session.objects.live().exists()


# An unused account that is deleted while its owner logs in at last


@pytest.fixture
def unused(alice: User) -> User:
    User.objects.update(email_verified=False, date_joined=StatementTime() - timedelta(days=31))
    return User.objects.get()


def test_a_late_login_keeps_the_account_or_is_told_that_it_is_gone(unused: User) -> None:
    for _ in range(10):
        Session.objects.all().delete()
        unused.save(force_insert=not User.objects.exists())
        RateCounter.objects.all().delete()
        calls: list[Call] = [login, tidying.delete_unused_accounts]
        answer, deleted = at_once(calls)
        assert (answer.status_code, deleted) in {(200, 0), (401, 1)}
        assert User.objects.exists() == (not deleted)


def test_without_the_lock_an_account_goes_that_somebody_has_just_logged_in_with(
    unused: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged, logged_in = Barrier(2, timeout=10), Barrier(2, timeout=10)

    def delete_carelessly(rows: Any) -> int:
        ids = list(rows.values_list("pk", flat=True))
        judged.wait()
        logged_in.wait()
        User.objects.filter(pk__in=ids).delete()
        return len(ids)

    def log_in_late() -> Any:
        judged.wait()
        answer = login()
        logged_in.wait()
        return answer

    monkeypatch.setattr(tidying, "delete_rows", delete_carelessly)
    calls: list[Call] = [log_in_late, tidying.delete_unused_accounts]
    answer, _ = at_once(calls)
    assert answer.status_code == 200
    assert not User.objects.exists()


# Two admins who demote each other


@pytest.fixture
def admins(ada: User, bob: User) -> list[User]:
    User.objects.filter(pk=bob.pk).update(role="admin")
    return [ada, bob]


def race_to_demote(admins: list[User]) -> Counter[int]:
    one, other = admins
    User.objects.filter(pk__in=[one.pk, other.pk]).update(role="admin")
    calls = [
        partial(bearer(by).patch, f"/api/v1/users/{whom.pk}/", {"role": "user"})
        for by, whom in [(one, other), (other, one)]
    ]
    return at_once_statuses(calls)


def test_of_two_admins_who_demote_each_other_one_stays(admins: list[User]) -> None:
    for _ in range(20):
        assert race_to_demote(admins)[200] == 1
        assert User.objects.filter(role="admin").count() == 1


def test_of_two_admins_who_resign_at_once_one_stays(admins: list[User]) -> None:
    for _ in range(20):
        User.objects.update(role="admin")
        calls = [
            partial(bearer(who).patch, f"/api/v1/users/{who.pk}/", {"role": "user"})
            for who in admins
        ]
        assert at_once_statuses(calls) == {200: 1, 409: 1}


def test_without_locking_the_admins_none_is_left(
    admins: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_read = Barrier(2, timeout=10)

    def read(user_id: int) -> dict[int, User]:
        users = {user.pk: user for user in User.objects.filter(role="admin")}
        both_have_read.wait()
        return users

    monkeypatch.setattr(administration, "_lock_with_admins", read)
    assert race_to_demote(admins) == {200: 2}
    assert not User.objects.filter(role="admin").exists()
