"""People are invited to a theater by mail; the link in it works once, for one account alone."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from rest_framework.test import APIClient

from tests.api import As
from tests.problems import problem
from tests.staff import hire, invite_to
from theaters.invitation_mails import INVITATIONS_LAST, key_of
from theaters.models import Invitation, Membership, Theater
from theaters.tidying import delete_expired_invitations
from users.models import Role, User
from users.tests.conftest import run_jobs

pytestmark = pytest.mark.django_db
ACCEPT = "/api/v1/invitations/accept/"


def path(theater: Theater) -> str:
    return f"/api/v1/theaters/{theater.pk}/invitations/"


def invite(client: APIClient, theater: Theater, role: str = "cashier", **more: Any) -> Any:
    return client.post(path(theater), {"email": "alice@example.com", "role": role} | more)


def mailed_key() -> str:
    """The key in the newest mail's link."""
    run_jobs()
    found = re.search(r"/invitation#key=([0-9a-f]{32})\n", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.fixture
def key(as_: As, theater: Theater, olga: User, alice: User) -> str:
    """What Olga has mailed to Alice."""
    assert invite(as_(olga), theater).status_code == 201
    return mailed_key()


def test_whoever_is_invited_by_mail_works_there_once_they_accept(
    as_: As, theater: Theater, alice: User, key: str
) -> None:
    client = as_(alice)
    bookings = f"/api/v1/theaters/{theater.pk}/bookings/"
    assert client.get(bookings).status_code == 403
    said = client.post(ACCEPT, {"key": key}).json()
    assert (said["theater"]["id"], said["role"], said["may"]) == (
        theater.pk, "cashier", ["office", "sell"],
    )  # fmt: skip
    assert client.get(bookings).status_code == 200
    assert client.get("/api/v1/users/me/roles/").json()["results"] == [said]
    assert not Invitation.objects.exists()
    first, last = LogEntry.objects.order_by("pk")
    assert first.change_message.endswith(": cashier")
    assert last.change_message.endswith(f": accepted by user {alice.pk}, cashier")


def test_a_link_does_nothing_for_another_account(as_: As, alice: User, bob: User, key: str) -> None:
    problem(as_(bob).post(ACCEPT, {"key": key}), 400, "invalid_invitation")
    assert not Membership.objects.filter(user=bob).exists()
    assert as_(alice).post(ACCEPT, {"key": key}).status_code == 200


def test_it_works_once(as_: As, alice: User, key: str) -> None:
    client = as_(alice)
    assert client.post(ACCEPT, {"key": key}).status_code == 200
    Membership.objects.filter(user=alice).delete()
    problem(client.post(ACCEPT, {"key": key}), 400, "invalid_invitation")


def test_it_expires(as_: As, alice: User, key: str) -> None:
    client = as_(alice)
    Invitation.objects.update(expires_at=Invitation.objects.get().expires_at - INVITATIONS_LAST)
    problem(client.post(ACCEPT, {"key": key}), 400, "invalid_invitation")
    assert delete_expired_invitations() == 1


def test_it_lasts_a_week_less_a_minute(as_: As, alice: User, key: str) -> None:
    almost = INVITATIONS_LAST.total_seconds() - 60
    Invitation.objects.update(
        expires_at=Invitation.objects.get().expires_at - INVITATIONS_LAST * (almost / 604800)
    )
    assert delete_expired_invitations() == 0
    assert as_(alice).post(ACCEPT, {"key": key}).status_code == 200


def test_inviting_again_makes_the_earlier_link_void(
    as_: As, theater: Theater, olga: User, alice: User, key: str
) -> None:
    assert invite(as_(olga), theater, "door").status_code == 201
    newer = mailed_key()
    problem(as_(alice).post(ACCEPT, {"key": key}), 400, "invalid_invitation")
    assert as_(alice).post(ACCEPT, {"key": newer}).json()["role"] == "door"


def test_a_withdrawn_invitation_is_void_and_is_mailed_to_nobody(
    as_: As, theater: Theater, olga: User, alice: User
) -> None:
    client = as_(olga)
    made = invite(client, theater).json()
    assert client.delete(f"/api/v1/invitations/{made['id']}/").status_code == 204
    run_jobs()
    assert not mail.outbox
    problem(as_(alice).post(ACCEPT, {"key": key_of(made["id"])}), 400, "invalid_invitation")


@pytest.mark.parametrize("change", [{"role": Role.USER}, {"is_active": False}])
def test_it_counts_only_as_long_as_its_inviter_may_give_the_role(
    as_: As, olga: User, alice: User, key: str, change: dict[str, Any]
) -> None:
    User.objects.filter(pk=olga.pk).update(**change)
    problem(as_(alice).post(ACCEPT, {"key": key}), 400, "invalid_invitation")


def test_what_a_manager_has_sent_out_ends_with_the_managers_role(
    as_: As, theater: Theater, bob: User, alice: User
) -> None:
    member = hire(bob, "manager", theater)
    assert invite(as_(bob), theater, "door").status_code == 201
    member.delete()
    problem(as_(alice).post(ACCEPT, {"key": mailed_key()}), 400, "invalid_invitation")


def test_managers_make_no_managers(as_: As, theater: Theater, bob: User) -> None:
    hire(bob, "manager", theater)
    client = as_(bob)
    problem(invite(client, theater, "manager"), 403, "not_yours_to_give")
    invite_to(theater, "alice@example.com", "manager")
    problem(invite(client, theater, "door"), 403, "not_yours_to_give")
    assert Invitation.objects.get().role == "manager"


def test_nobody_is_invited_as_an_owner(as_: As, theater: Theater, olga: User) -> None:
    problem(invite(as_(olga), theater, "owner"), 400)


def test_whoever_works_there_is_not_invited(
    as_: As, theater: Theater, olga: User, alice: User
) -> None:
    hire(alice, "door", theater)
    problem(invite(as_(olga), theater), 409, "already_member")
    problem(invite(as_(olga), theater, email="OLGA@example.com"), 409, "already_member")


def test_an_answer_does_not_tell_whether_there_is_such_an_account(
    as_: As, theater: Theater, olga: User, alice: User
) -> None:
    client = as_(olga)
    known = invite(client, theater).json()
    unknown = invite(client, theater, email="nobody@example.com").json()
    assert known.keys() == unknown.keys()


def test_times_are_the_theaters(as_: As, theater: Theater, olga: User) -> None:
    made = invite(as_(olga), theater).json()
    assert made["expires_at"][-6:] in {"+01:00", "+02:00"}


def test_invitations_are_limited_by_theater(
    as_: As, theater: Theater, olga: User, settings: Any
) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = settings.RATE_LIMITS | {
        "invitation_theater": (2, INVITATIONS_LAST), "invitation_inviter": (3, INVITATIONS_LAST),
    }  # fmt: skip
    other = Theater.objects.create(name="Astra", city="Berlin", owner=olga)
    client = as_(olga)
    assert [invite(client, theater).status_code for _ in range(3)] == [201, 201, 429]
    assert [invite(client, other).status_code for _ in range(2)] == [201, 429]


@pytest.mark.parametrize(("language", "words"), [("en", "cashier"), ("de", "Kasse")])
def test_the_mail_is_in_the_language_of_whoever_is_invited(
    as_: As, theater: Theater, olga: User, alice: User, language: str, words: str
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    invite(as_(olga), theater)
    mailed_key()
    (sent,) = mail.outbox
    assert sent.to == ["alice@example.com"]
    assert theater.name in sent.subject
    html = str(sent.alternatives[0][0])  # type: ignore[attr-defined]
    for part in (sent.body, html):
        assert words in part
        assert f"key={key_of(Invitation.objects.get().pk)}" in part


def test_a_stranger_is_written_to_in_the_inviters_language(
    as_: As, theater: Theater, olga: User
) -> None:
    User.objects.filter(pk=olga.pk).update(language="de")
    invite(as_(olga), theater, email="neu@example.com")
    mailed_key()
    assert "Kasse" in str(mail.outbox[-1].body)


def test_whoever_became_a_member_meanwhile_stays_what_they_are(
    as_: As, theater: Theater, alice: User, key: str
) -> None:
    hire(alice, "manager", theater)
    assert as_(alice).post(ACCEPT, {"key": key}).json()["role"] == "manager"
