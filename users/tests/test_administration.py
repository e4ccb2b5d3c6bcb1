"""What admins do to accounts."""

import pytest
from django.contrib.admin.models import LogEntry
from rest_framework.test import APIClient

from tests.api import As
from users.models import User

USERS = "/api/v1/users/"
ME = "/api/v1/users/me/"
pytestmark = pytest.mark.django_db


def names(client: APIClient, query: str) -> list[str]:
    answer = client.get(f"{USERS}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def test_only_admins_see_accounts(
    alice: User, bob: User, olga: User, as_: As, anyone: APIClient
) -> None:
    assert anyone.get(USERS).status_code == 401
    for user in (alice, olga):
        client = as_(user)
        assert client.get(USERS).status_code == 403
        assert client.get(f"{USERS}{bob.pk}/").status_code == 403
        assert client.get(f"{USERS}999999/").status_code == 403
        assert client.patch(f"{USERS}{bob.pk}/", {"role": "admin"}).status_code == 403


def test_accounts_can_be_searched_and_filtered(
    alice: User, bob: User, olga: User, ada: User, as_: As
) -> None:
    client = as_(ada)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert names(client, "role=user") == ["Alice", "Bob"]
    assert names(client, "is_active=false") == ["Bob"]
    assert names(client, "role=user&is_active=true") == ["Alice"]
    assert names(client, "search=OLGA") == ["Olga"]
    assert names(client, "ordering=-name") == ["Olga", "Bob", "Alice", "Ada"]
    assert client.get(f"{USERS}{bob.pk}/").json()["is_active"] is False


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("role=king", "Choose one of: admin, owner, user."),
        ("is_active=perhaps", "Write true or false."),
        ("ordering=password", "'password' is not one of: date_joined, email, id, name, role."),
    ],
)
def test_an_unknown_filter_value_is_refused_with_those_that_are_known(
    ada: User, as_: As, query: str, detail: str
) -> None:
    answer = as_(ada).get(f"{USERS}?{query}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["detail"]) == (query.split("=", maxsplit=1)[0], detail)


def test_a_new_role_ends_the_sessions_and_counts_at_the_next_login(
    alice: User, ada: User, as_: As
) -> None:
    client = as_(alice)
    answer = as_(ada).patch(f"{USERS}{alice.pk}/", {"role": "owner"})
    assert (answer.status_code, answer.json()["role"]) == (200, "owner")
    assert client.get(ME).status_code == 401
    assert as_(alice).get(ME).json()["role"] == "owner"


def test_a_disabled_user_is_out_until_enabled_again(alice: User, ada: User, as_: As) -> None:
    client, admin = as_(alice), as_(ada)
    assert admin.patch(f"{USERS}{alice.pk}/", {"is_active": False}).status_code == 200
    assert client.get(ME).status_code == 401
    assert admin.patch(f"{USERS}{alice.pk}/", {"is_active": True}).status_code == 200
    assert client.get(ME).status_code == 401
    assert as_(alice).get(ME).status_code == 200


def test_each_change_is_on_record(alice: User, ada: User, as_: As) -> None:
    admin = as_(ada)
    admin.patch(f"{USERS}{alice.pk}/", {"role": "owner", "is_active": False})
    admin.patch(f"{USERS}{alice.pk}/", {"role": "owner"})
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (ada, str(alice.pk))
    assert entry.get_change_message() == "role: user → owner; is_active: True → False"


def test_what_is_not_an_admins_to_change_is_ignored(alice: User, ada: User, as_: As) -> None:
    body = {"email": "x@example.com", "name": "X", "email_verified": True, "id": 1}
    answer = as_(ada).patch(f"{USERS}{alice.pk}/", body)
    assert answer.status_code == 200
    alice.refresh_from_db()
    assert (alice.email, alice.name, alice.email_verified) == ("alice@example.com", "Alice", False)


@pytest.mark.parametrize(
    "body", [{"role": "king"}, {"role": None}, {"is_active": "no"}, {"role": 1}]
)
def test_a_bad_change_is_refused(alice: User, ada: User, as_: As, body: dict[str, object]) -> None:
    answer = as_(ada).patch(f"{USERS}{alice.pk}/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] in body


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"role": "king"}, "Choose one of: admin, owner, user."),
        ({"is_active": "no"}, "Write true or false."),
    ],
)
def test_a_bad_change_is_answered_with_the_allowed_values(
    alice: User, ada: User, as_: As, body: dict[str, object], detail: str
) -> None:
    answer = as_(ada).patch(f"{USERS}{alice.pk}/", body)
    assert answer.json()["errors"][0]["detail"] == detail


@pytest.mark.parametrize("pk", ["999999", "0", "9" * 40])
def test_an_unknown_account_is_not_found(ada: User, as_: As, pk: str) -> None:
    assert as_(ada).patch(f"{USERS}{pk}/", {"role": "user"}).status_code == 404


@pytest.mark.parametrize("body", [{"role": "user"}, {"is_active": False}])
def test_the_last_admin_stays(ada: User, as_: As, body: dict[str, object]) -> None:
    client = as_(ada)
    answer = client.patch(f"{USERS}{ada.pk}/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert client.get(ME).status_code == 200
    assert not LogEntry.objects.exists()


def test_an_admin_may_go_when_another_is_left(ada: User, bob: User, as_: As) -> None:
    client = as_(ada)
    assert client.patch(f"{USERS}{bob.pk}/", {"role": "admin"}).status_code == 200
    assert client.patch(f"{USERS}{ada.pk}/", {"role": "user"}).status_code == 200
    assert client.get(ME).status_code == 401


def test_a_disabled_admin_does_not_count(ada: User, bob: User, as_: As) -> None:
    User.objects.filter(pk=bob.pk).update(role="admin", is_active=False)
    answer = as_(ada).patch(f"{USERS}{ada.pk}/", {"role": "user"})
    assert answer.status_code == 409
