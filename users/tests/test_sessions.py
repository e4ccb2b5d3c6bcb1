"""Logging in, staying in, getting out."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from users import sessions
from users.models import Session, User

PASSWORD = "correct-horse-battery"
AUTH = "/api/v1/auth/"
ME = "/api/v1/users/me/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(anyone: APIClient, alice: User) -> dict[str, str]:
    """Alice's, just logged in."""
    body = {"email": alice.email, "password": PASSWORD}
    answer = anyone.post(f"{AUTH}login/", body)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["user"]["id"] == alice.pk
    return dict(body)


def refresh(token: str) -> tuple[int, dict[str, str]]:
    answer = APIClient().post(f"{AUTH}refresh/", {"refresh": token})
    return answer.status_code, answer.json()


def is_live(tokens: dict[str, str]) -> bool:
    """Returns whether the access token still works."""
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    answer = client.get(ME)
    if answer.status_code == 401:
        assert answer.json()["code"] == "token_not_valid"
        assert "invalid_token" in answer["WWW-Authenticate"]
    return answer.status_code == 200


def shift(seconds: int) -> None:
    """Moves all sessions into the past."""
    by = timedelta(seconds=seconds)
    Session.objects.update(
        rotated_at=F("rotated_at") - by,
        created_at=F("created_at") - by,
        expires_at=F("expires_at") - by,
    )


def test_a_refresh_gives_a_new_pair(tokens: dict[str, str]) -> None:
    status, fresh = refresh(tokens["refresh"])
    assert status == 200
    assert set(fresh) == {"access", "refresh"}
    assert fresh["refresh"] != tokens["refresh"]
    assert is_live(fresh)


def test_the_previous_token_within_the_grace_does_no_harm(tokens: dict[str, str]) -> None:
    _, fresh = refresh(tokens["refresh"])
    status, said = refresh(tokens["refresh"])
    assert (status, said["code"]) == (401, "refresh_superseded")
    assert is_live(fresh)
    assert refresh(fresh["refresh"])[0] == 200


def test_a_superseded_token_of_a_session_that_ended_is_not_valid(tokens: dict[str, str]) -> None:
    _, fresh = refresh(tokens["refresh"])
    APIClient().post(f"{AUTH}logout/", {"refresh": fresh["refresh"]})
    assert refresh(tokens["refresh"])[1]["code"] == "token_not_valid"


def test_the_previous_token_after_the_grace_ends_the_session(tokens: dict[str, str]) -> None:
    _, fresh = refresh(tokens["refresh"])
    shift(11)
    status, said = refresh(tokens["refresh"])
    assert (status, said["code"]) == (401, "token_not_valid")
    assert not is_live(fresh)
    assert refresh(fresh["refresh"])[0] == 401


def test_a_token_before_a_used_one_ends_the_session(tokens: dict[str, str]) -> None:
    _, second = refresh(tokens["refresh"])
    _, third = refresh(second["refresh"])
    assert refresh(tokens["refresh"])[1]["code"] == "token_not_valid"
    assert not is_live(third)


def log_in_once_more(email: str = "alice@example.com") -> dict[str, str]:
    answer = APIClient().post(f"{AUTH}login/", {"email": email, "password": PASSWORD})
    return dict(answer.json())


def test_a_refresh_is_of_one_session(tokens: dict[str, str]) -> None:
    other = log_in_once_more()
    assert refresh(tokens["refresh"])[0] == 200
    status, fresh = refresh(other["refresh"])
    assert (status, is_live(fresh)) == (200, True)


def test_a_reused_token_ends_its_own_session_only(tokens: dict[str, str]) -> None:
    other = log_in_once_more()
    refresh(tokens["refresh"])
    shift(11)
    assert refresh(tokens["refresh"])[0] == 401
    assert is_live(other)


def test_logout_all_leaves_everybody_else_in(tokens: dict[str, str], bob: User) -> None:
    bobs = log_in_once_more(bob.email)
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    assert client.post(f"{AUTH}logout-all/").status_code == 204
    assert is_live(bobs)


def test_what_has_ended_keeps_the_time_of_its_end(tokens: dict[str, str]) -> None:
    other = log_in_once_more()
    APIClient().post(f"{AUTH}logout/", {"refresh": tokens["refresh"]})
    ended = Session.objects.get(ended_at__isnull=False)
    refresh(tokens["refresh"])
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {other['access']}")
    assert client.post(f"{AUTH}logout-all/").status_code == 204
    assert Session.objects.get(pk=ended.pk).ended_at == ended.ended_at


def test_each_refresh_lasts_fourteen_days(tokens: dict[str, str]) -> None:
    shift(13 * 24 * 3600)
    _, fresh = refresh(tokens["refresh"])
    shift(13 * 24 * 3600)
    assert is_live(fresh)
    shift(2 * 24 * 3600)
    assert not is_live(fresh)
    assert refresh(fresh["refresh"])[0] == 401


def test_logout_ends_this_session_only(anyone: APIClient, tokens: dict[str, str]) -> None:
    other = anyone.post(f"{AUTH}login/", {"email": "alice@example.com", "password": PASSWORD})
    assert anyone.post(f"{AUTH}logout/", {"refresh": tokens["refresh"]}).status_code == 204
    assert not is_live(tokens)
    assert refresh(tokens["refresh"])[0] == 401
    assert is_live(other.json())
    assert anyone.post(f"{AUTH}logout/", {"refresh": tokens["refresh"]}).status_code == 401


def test_logout_all_ends_all_sessions(anyone: APIClient, tokens: dict[str, str]) -> None:
    other = anyone.post(f"{AUTH}login/", {"email": "alice@example.com", "password": PASSWORD})
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    assert client.post(f"{AUTH}logout-all/").status_code == 204
    assert not is_live(tokens)
    assert not is_live(other.json())


def test_logout_all_needs_a_token(anyone: APIClient) -> None:
    answer = anyone.post(f"{AUTH}logout-all/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_bad_token_is_refused_on_public_calls_too(anyone: APIClient, alice: User) -> None:
    anyone.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    answer = anyone.post(f"{AUTH}login/", {"email": alice.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")


def test_access_lasts_ten_minutes(tokens: dict[str, str]) -> None:
    payload = AccessToken(tokens["access"]).payload  # type: ignore[arg-type]
    assert payload["exp"] - payload["iat"] == 600
    assert settings.SIMPLE_JWT["ALGORITHM"] == "HS256"


def test_an_access_token_that_was_verified_before_is_refused_once_expired(
    tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_live(tokens)
    half_an_hour_later = time.time() + 1800
    monkeypatch.setattr(time, "time", lambda: half_an_hour_later)
    assert not is_live(tokens)


@pytest.mark.parametrize("wrong", [{"password": "wrong-horse"}, {"email": "nobody@example.com"}])
def test_a_failed_login_does_not_say_why(
    anyone: APIClient, alice: User, wrong: dict[str, str]
) -> None:
    answer = anyone.post(f"{AUTH}login/", {"email": alice.email, "password": PASSWORD} | wrong)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


def test_a_disabled_account_answers_like_a_wrong_password(anyone: APIClient, alice: User) -> None:
    User.objects.update(is_active=False)
    answer = anyone.post(f"{AUTH}login/", {"email": alice.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


def test_a_disabled_account_is_out_on_the_next_call(tokens: dict[str, str]) -> None:
    User.objects.update(is_active=False)
    assert not is_live(tokens)
    assert refresh(tokens["refresh"])[0] == 401


def test_authentication_costs_one_query(
    tokens: dict[str, str], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert is_live(tokens)


def test_no_session_begins_for_an_account_that_is_disabled(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(sessions.TokenNotValid):
        sessions.start_session(user=alice, address="")


def test_a_session_is_not_refreshed_for_somebody_else(alice: User, bob: User) -> None:
    mine = sessions.start_session(user=alice, address="")
    with pytest.raises(sessions.TokenNotValid):
        sessions.rotate_session(session_id=mine.pk, user_id=bob.pk, generation=0)


def test_each_refresh_tells_when_it_was(tokens: dict[str, str]) -> None:
    first = Session.objects.get().rotated_at
    refresh(tokens["refresh"])
    assert Session.objects.get().rotated_at > first
