"""Roles are changed and ended by those who may give them, and count from the next request on."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from structlog.testing import capture_logs

from tests.api import As
from tests.problems import problem
from tests.queries import queries_at_most
from tests.staff import hire, invite_to
from theaters.models import Invitation, Membership, Theater
from users.administration import close_account
from users.models import User

pytestmark = pytest.mark.django_db


def path(member: Membership) -> str:
    return f"/api/v1/staff/{member.pk}/"


@pytest.fixture
def cashier(theater: Theater, alice: User) -> Membership:
    return hire(alice, "cashier", theater)


def test_the_owner_sees_who_works_there(
    as_: As, theater: Theater, olga: User, cashier: Membership
) -> None:
    rows = as_(olga).get(f"/api/v1/theaters/{theater.pk}/staff/").json()["results"]
    assert [(row["name"], row["role"]) for row in rows] == [("Olga", "owner"), ("Alice", "cashier")]
    assert (rows[1]["id"], rows[1]["email"]) == (cashier.pk, "alice@example.com")


def test_an_ended_role_is_gone_with_the_very_next_request(
    as_: As, theater: Theater, olga: User, alice: User, cashier: Membership
) -> None:
    client, bookings = as_(alice), f"/api/v1/theaters/{theater.pk}/bookings/"
    assert client.get(bookings).status_code == 200
    assert as_(olga).delete(path(cashier)).status_code == 204
    problem(client.get(bookings), 403, "permission_denied")
    assert client.get("/api/v1/users/me/roles/").json()["results"] == []


def test_an_ended_role_is_gone_from_an_open_page_of_the_office(
    as_: As, client: Client, olga: User, alice: User, cashier: Membership
) -> None:
    client.force_login(alice)
    assert client.get("/admin/bookings/booking/").status_code == 200
    as_(olga).delete(path(cashier))
    answer: Any = client.get("/admin/bookings/booking/")
    assert (answer.status_code, answer["Location"][:13]) == (302, "/admin/login/")


def test_a_changed_role_counts_at_once(
    as_: As, theater: Theater, olga: User, alice: User, cashier: Membership
) -> None:
    client, screens = as_(alice), f"/api/v1/theaters/{theater.pk}/screens/"
    problem(client.post(screens, {"name": "Blue"}), 403)
    assert as_(olga).patch(path(cashier), {"role": "manager"}).json()["role"] == "manager"
    assert client.post(screens, {"name": "Blue"}).status_code == 201


def test_what_is_not_said_stays(as_: As, olga: User, cashier: Membership) -> None:
    assert as_(olga).patch(path(cashier), {}).json()["role"] == "cashier"
    problem(as_(olga).patch(path(cashier), {"role": "owner"}), 400)
    assert not LogEntry.objects.exists()


def test_the_owners_role_stays(as_: As, theater: Theater, ada: User, bob: User) -> None:
    owner = theater.memberships.get(role="owner")
    hire(bob, "manager", theater)
    for who in (ada, bob):
        problem(as_(who).delete(path(owner)), 409, "owner_stays")
        problem(as_(who).patch(path(owner), {"role": "door"}), 409, "owner_stays")


def test_a_manager_neither_makes_managers_nor_ends_their_roles(
    as_: As, theater: Theater, bob: User, cashier: Membership
) -> None:
    mine = hire(bob, "manager", theater)
    client = as_(bob)
    problem(client.patch(path(cashier), {"role": "manager"}), 403, "not_yours_to_give")
    problem(client.delete(path(mine)), 403, "not_yours_to_give")
    problem(client.patch(path(mine), {"role": "door"}), 403, "not_yours_to_give")
    assert client.patch(path(cashier), {"role": "door"}).status_code == 200
    assert client.delete(path(cashier)).status_code == 204


def test_a_manager_with_a_theater_of_their_own_does_not_own_this_one(
    as_: As, theater: Theater, otto: User
) -> None:
    """They may delete theaters and connect accounts, but only where they are the owner."""
    Theater.objects.create(name="Astra", city="Berlin", owner=otto)
    hire(otto, "manager", theater)
    client = as_(otto)
    at = f"/api/v1/theaters/{theater.pk}/"
    assert client.patch(at, {"name": "Babylon Mitte"}).status_code == 200
    problem(client.delete(at), 404, "not_found")
    problem(client.get(f"{at}payment-accounts/"), 404, "not_found")


def test_the_office_does_not_let_such_a_manager_delete_it_either(
    client: Client, theater: Theater, otto: User
) -> None:
    own = Theater.objects.create(name="Astra", city="Berlin", owner=otto)
    hire(otto, "manager", theater)
    client.force_login(otto)
    at = "/admin/theaters/theater/{}/delete/"
    assert client.post(at.format(theater.pk), {"post": "yes"}).status_code == 403
    assert client.post(at.format(own.pk), {"post": "yes"}).status_code == 302
    assert set(Theater.objects.all()) == {theater}


def test_each_change_is_in_both_logs(
    as_: As,
    theater: Theater,
    olga: User,
    alice: User,
    cashier: Membership,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = as_(olga)
    with capture_logs() as lines, django_capture_on_commit_callbacks(execute=True):
        client.patch(path(cashier), {"role": "door"})
        client.delete(path(cashier))
    said = [entry.change_message for entry in LogEntry.objects.order_by("pk")]
    assert said == [f"User {alice.pk}: cashier → door", f"User {alice.pk}: door → none"]
    assert {(entry.user_id, entry.object_id) for entry in LogEntry.objects.all()} == {
        (olga.pk, str(theater.pk))
    }
    assert [
        (line["event"], line["user_id"], line["by"], line["role"])
        for line in lines
        if line["event"].startswith("staff")
    ] == [
        ("staff role changed", alice.pk, olga.pk, "door"),
        ("staff role ended", alice.pk, olga.pk, "door"),
    ]


def test_a_closed_account_has_no_role_and_its_invitations_are_void(
    theater: Theater, alice: User, bob: User
) -> None:
    hire(alice, "manager", theater)
    offered = invite_to(theater, "x@example.com", "door")
    Invitation.objects.filter(pk=offered.pk).update(invited_by=alice)
    close_account(user=alice, password="correct-horse-battery")
    assert not Membership.objects.filter(user=alice).exists()
    assert not Invitation.objects.exists()


def test_a_list_takes_as_many_queries_as_there_are_kinds_of_rows(
    as_: As, theater: Theater, olga: User
) -> None:
    client = as_(olga)
    for number in range(20):
        hire(User.objects.create_user(f"u{number}@example.com", name="U"), "door", theater)
    with queries_at_most(4):  # session, theater, count, rows
        client.get(f"/api/v1/theaters/{theater.pk}/staff/")


def test_a_page_of_the_office_reads_a_members_roles_once(
    client: Client, theater: Theater, alice: User, cashier: Membership
) -> None:
    client.force_login(alice)
    with queries_at_most(8):  # the roles are the third; the list has five of its own
        client.get("/admin/bookings/booking/")
