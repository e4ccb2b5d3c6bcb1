"""Ended sessions, expired codes and accounts that were never used are deleted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.postgres.clock import StatementTime
from shows.models import Show
from tests.api import book
from tests.clock import let_pass
from theaters.models import Theater
from users.models import OneTimeCode, Purpose, Session, User
from users.tidying import (
    delete_dead_sessions,
    delete_expired_codes,
    delete_unused_accounts,
)


def test_expired_and_long_ended_sessions_go(alice: User) -> None:
    week, day = timedelta(days=7), timedelta(days=1)
    for number, (expires_in, ended_ago) in enumerate(
        [(day, None), (day, day), (-day, None), (day, week + day)]
    ):
        Session.objects.create(
            user=alice,
            generation=number,
            expires_at=StatementTime() + expires_in,
            ended_at=None if ended_ago is None else StatementTime() - ended_ago,
        )
    assert delete_dead_sessions() == 2
    assert set(Session.objects.values_list("generation", flat=True)) == {0, 1}


def test_expired_codes_go(alice: User) -> None:
    for purpose, expires_in in ((Purpose.VERIFY, 1), (Purpose.RESET, -1)):
        expires_at = StatementTime() + timedelta(minutes=expires_in)
        OneTimeCode.objects.create(user=alice, purpose=purpose, digest="0", expires_at=expires_at)
    assert delete_expired_codes() == 1
    assert OneTimeCode.objects.get().purpose == Purpose.VERIFY


AUTH = "/api/v1/auth/"
CARLA = {"email": "carla@example.com", "password": "purple monkey dishwasher", "name": "Carla"}
MONTH = timedelta(days=30, seconds=1)


def carla() -> APIClient:
    """Returns a client of somebody who has just registered."""
    access = APIClient().post(f"{AUTH}register/", CARLA).json()["access"]
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")


def a_month_passes() -> None:
    let_pass(MONTH)
    delete_dead_sessions()


def accounts() -> set[str]:
    return set(User.objects.values_list("name", flat=True))


def test_an_account_that_nobody_verified_or_used_goes_after_thirty_days(db: None) -> None:
    carla()
    let_pass(MONTH - timedelta(seconds=2))
    delete_dead_sessions()
    assert delete_unused_accounts() == 0
    let_pass(timedelta(seconds=2))
    assert delete_unused_accounts() == 1
    assert APIClient().post(f"{AUTH}register/", CARLA).status_code == 201


def test_how_long_it_stays_is_a_setting(db: None, settings: Any) -> None:
    settings.UNUSED_ACCOUNTS_LAST = timedelta(days=60)
    carla()
    a_month_passes()
    assert delete_unused_accounts() == 0


def used_by_logging_in(client: APIClient, show: Show) -> None:
    assert APIClient().post(f"{AUTH}login/", CARLA).status_code == 200


def used_by_verifying(client: APIClient, show: Show) -> None:
    User.objects.filter(email=CARLA["email"]).update(email_verified=True)


def used_by_holding(client: APIClient, show: Show) -> None:
    answer = client.put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    assert answer.status_code == 200


def used_by_booking(client: APIClient, show: Show) -> None:
    answer = book(client, show, "A1")
    assert answer.status_code == 201


def used_by_staying(client: APIClient, show: Show) -> None:
    """The session that registering started is still live."""
    expires_at = StatementTime() + MONTH + timedelta(days=1)
    Session.objects.filter(user__email=CARLA["email"]).update(expires_at=expires_at)


def used_by_running_a_theater(client: APIClient, show: Show) -> None:
    Theater.objects.update(owner=User.objects.get(email=CARLA["email"]))


def used_by_being_disabled(client: APIClient, show: Show) -> None:
    User.objects.filter(email=CARLA["email"]).update(is_active=False)


@pytest.mark.parametrize(
    "use",
    [
        used_by_logging_in,
        used_by_verifying,
        used_by_holding,
        used_by_booking,
        used_by_staying,
        used_by_running_a_theater,
        used_by_being_disabled,
    ],
)
def test_an_account_that_was_used_stays(show: Show, use: Callable[[APIClient, Show], None]) -> None:
    use(carla(), show)
    a_month_passes()
    assert delete_unused_accounts() == 0
    assert "Carla" in accounts()


def test_owners_and_admins_stay(olga: User, ada: User) -> None:
    a_month_passes()
    assert delete_unused_accounts() == 0
    assert accounts() == {"Olga", "Ada"}
