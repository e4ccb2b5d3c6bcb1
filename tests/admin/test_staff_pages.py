"""Who works in a theater, in the office: their pages, and what each of them finds there."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.core import mail
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from bookings.models import Booking
from tests.admin.conftest import page
from tests.queries import queries_at_most
from tests.staff import hire, invite_to
from theaters.models import Invitation, Membership, Theater
from users.models import User
from users.tests.conftest import run_jobs

pytestmark = pytest.mark.django_db
Desk = Callable[[User], Client]
MEMBERS, INVITATIONS = "theaters/membership/", "theaters/invitation/"
SALES = {"Movie", "Booking"}
RUNNING = {
    *("Theater", "Screen", "Show", "Scan", "TicketType", "Voucher", "PaymentSettings", "Receipt"),
    *("Payment", "Refund", "Difference", "Membership", "Invitation", "Report"),
}
# Which lists each may open; everything else is refused.
SEES = {
    "cashier": SALES,
    "manager": SALES | RUNNING,
    "owner": SALES | RUNNING | {"ProviderAccount"},
}
MODELS = sorted(admin.site._registry, key=lambda model: model.__name__)


def works_as(user: User, role: str, theater: Theater) -> None:
    if role == "owner":
        Theater.objects.filter(pk=theater.pk).update(owner=user)
        User.objects.filter(pk=user.pk).update(role="owner")
    else:
        hire(user, role, theater)


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("role", [*SEES, "door"])
@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_each_role_opens_what_it_may(
    at_desk: Desk, theater: Theater, alice: User, role: str, model: type[Model]
) -> None:
    works_as(alice, role, theater)
    answer = at_desk(alice).get(list_of(model))
    if role == "door":
        assert answer.status_code == 302
    else:
        assert answer.status_code == (200 if model.__name__ in SEES[role] else 403)


@pytest.mark.parametrize("role", SEES)
def test_the_front_page_leads_only_to_what_can_be_opened(
    at_desk: Desk, theater: Theater, alice: User, role: str
) -> None:
    works_as(alice, role, theater)
    client = at_desk(alice)
    assert f"<strong>Alice</strong> ({role})" in page(client, "")
    addresses = set(re.findall(r'href="(/admin/[a-z]+/[a-z]+/(?:add/)?)"', page(client, "")))
    assert len(addresses) >= len(SALES)
    for address in addresses:
        assert client.get(address).status_code in {200, 302}, address


def test_a_cashier_sees_the_bookings_of_the_own_theater_and_dead_ends_nowhere(
    at_desk: Desk, theater: Theater, bob: User, olgas_booking: Booking, ottos_booking: Booking
) -> None:
    hire(bob, "cashier", theater)
    client = at_desk(bob)
    text = page(client, "bookings/booking/")
    assert olgas_booking.reference in text
    assert ottos_booking.reference not in text
    assert client.get(f"/admin/bookings/booking/{ottos_booking.pk}/change/").status_code == 302
    text = page(client, f"bookings/booking/{olgas_booking.pk}/change/")
    for address in re.findall(r'href="(/admin/[^"]+)"', text):
        assert client.get(address.replace("&amp;", "&")).status_code in {200, 302}, address
    page(client, f"bookings/booking/{olgas_booking.pk}/cancel/", post="yes")
    olgas_booking.refresh_from_db()
    assert olgas_booking.status == "cancelled"


def test_a_manager_here_and_cashier_there_does_there_what_cashiers_may(
    at_desk: Desk, theater: Theater, ottos: Theater, alice: User
) -> None:
    hire(alice, "manager", theater)
    hire(alice, "cashier", ottos)
    client = at_desk(alice)
    text = page(client, "theaters/theater/")
    assert theater.name in text
    assert ottos.name not in text
    assert client.get(f"/admin/theaters/theater/{ottos.pk}/change/").status_code == 302


def test_an_owner_invites_somebody_who_gets_a_mail(
    at_desk: Desk, theater: Theater, olga: User
) -> None:
    wish = {"theater": theater.pk, "email": "Carl@Example.com", "role": "cashier"}
    assert "carl@example.com" in page(at_desk(olga), f"{INVITATIONS}add/", **wish)
    run_jobs()
    assert [sent.to for sent in mail.outbox] == [["carl@example.com"]]


def test_what_the_service_refuses_is_said_at_the_form(
    at_desk: Desk, theater: Theater, ottos: Theater, olga: User
) -> None:
    client = at_desk(olga)
    wish: dict[str, Any] = {"theater": theater.pk, "email": "olga@example.com", "role": "door"}
    assert "They work in this theater already" in page(client, f"{INVITATIONS}add/", **wish)
    wish["email"] = "carl@cinema.invalid"
    assert "No mail could reach that address" in page(client, f"{INVITATIONS}add/", **wish)
    wish |= {"email": "carl@example.com", "theater": ottos.pk}
    assert "Select a valid choice" in page(client, f"{INVITATIONS}add/", **wish)
    wish |= {"theater": theater.pk, "role": "owner"}
    assert "Select a valid choice" in page(client, f"{INVITATIONS}add/", **wish)
    assert not Invitation.objects.exists()


def test_an_invitation_is_withdrawn(at_desk: Desk, theater: Theater, olga: User) -> None:
    offered = invite_to(theater, "carl@example.com", "door")
    page(at_desk(olga), f"{INVITATIONS}{offered.pk}/delete/", post="yes")
    assert not Invitation.objects.exists()


def test_a_role_is_changed_and_ended(
    at_desk: Desk, theater: Theater, olga: User, alice: User
) -> None:
    member, client = hire(alice, "cashier", theater), at_desk(olga)
    assert "Alice" in page(client, MEMBERS)
    page(client, f"{MEMBERS}{member.pk}/change/", role="manager")
    assert Membership.objects.get(pk=member.pk).role == "manager"
    history = page(client, f"theaters/theater/{theater.pk}/history/")
    assert f"User {alice.pk}: cashier → manager" in history
    page(client, f"{MEMBERS}{member.pk}/delete/", post="yes")
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_the_history_is_that_of_the_theater(
    at_desk: Desk, theater: Theater, olga: User, alice: User
) -> None:
    member = hire(alice, "cashier", theater)
    answer: Any = at_desk(olga).get(f"/admin/{MEMBERS}{member.pk}/history/")
    assert answer["Location"] == f"/admin/theaters/theater/{theater.pk}/history/"


def test_nobody_is_made_to_work_without_an_invitation(at_desk: Desk, olga: User) -> None:
    Theater.objects.create(name="Neue", city="Graz", owner=olga)
    answer: Any = at_desk(olga).get(f"/admin/{MEMBERS}add/")
    assert answer["Location"] == f"/admin/{INVITATIONS}add/"


def test_a_manager_changes_neither_managers_nor_the_owner(
    at_desk: Desk, theater: Theater, alice: User, bob: User
) -> None:
    hire(alice, "manager", theater)
    other, owner = hire(bob, "manager", theater), theater.memberships.get(role="owner")
    client = at_desk(alice)
    for member in (other, owner):
        for step, data in (("change", {"role": "door"}), ("delete", {"post": "yes"})):
            answer = client.post(f"/admin/{MEMBERS}{member.pk}/{step}/", data)
            assert answer.status_code == 403, step
    assert "manager" not in re.findall(r'<option value="(\w+)"', page(client, f"{INVITATIONS}add/"))
    assert Membership.objects.filter(role="manager").count() == 2


def test_people_of_another_theater_are_not_found(
    at_desk: Desk, ottos: Theater, theater: Theater, olga: User, alice: User
) -> None:
    member = hire(alice, "cashier", ottos)
    client = at_desk(olga)
    assert "Alice" not in page(client, MEMBERS)
    assert client.get(f"/admin/{MEMBERS}{member.pk}/change/").status_code == 302


def test_a_list_takes_the_same_queries_however_many_work_there(
    at_desk: Desk, theater: Theater, olga: User
) -> None:
    client = at_desk(olga)
    for number in range(20):
        hire(User.objects.create_user(f"u{number}@example.com", name="U"), "door", theater)
    with queries_at_most(6):
        page(client, MEMBERS)
