"""Who may do what where, which is the same for one user, for rows and within a statement."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from bookings.models import Booking
from core.postgres.rows import rows_of
from shows.models import Show
from tests.api import As
from tests.problems import problem
from theaters import policy
from theaters.models import Membership, Screen, Theater
from theaters.policy import Action, MembershipRole, Rights, may, may_sql
from users.models import Role, User

pytestmark = pytest.mark.django_db
MANAGERS_MAY = {"office", "run", "employ", "schedule", "sell", "waive", "admit"}
OWNERS_MAY = MANAGERS_MAY | {"open", "own"}
# What members of a role may do, and which roles their accounts must have for it.
MEMBERS_MAY = {
    "owner": OWNERS_MAY,
    "manager": MANAGERS_MAY,
    "cashier": {"office", "sell"},
    "door": {"admit"},
}
STAFF = {"user", "owner"}
ACCOUNTS = {"owner": {"owner"}, "manager": STAFF, "cashier": STAFF, "door": STAFF}
THEATERS = "/api/v1/theaters/"


def answers(user: User, action: Action, show: Show) -> set[bool]:
    """Returns what each way to ask answers for the theater and for what is in it."""
    theater = show.screen.theater
    account = may_sql(action, account="account", theater=str(theater.pk))
    (in_sql,) = rows_of(f"SELECT {account} FROM users_user account WHERE id = %s", [user.pk])
    booking = Booking.objects.create(reference="ABCDEFGHJK", show=show, user=user, total=0)
    rows = [
        model.objects.where_may(user, action).filter(pk=row.pk).exists()
        for model, row in (
            (Theater, theater), (Screen, show.screen), (Show, show), (Booking, booking),
        )
    ]  # fmt: skip
    booking.delete()
    return {may(user, action, theater), in_sql[0], *rows}


def join(theater: Theater, user: User, role: str) -> None:
    if role == MembershipRole.OWNER:
        Theater.objects.filter(pk=theater.pk).update(owner=user)
    else:
        Membership.objects.create(theater=theater, user=user, role=role)


@pytest.mark.parametrize("account", Role)
@pytest.mark.parametrize("role", MembershipRole)
@pytest.mark.parametrize("is_member", ["here", "elsewhere", "nowhere"])
def test_user_rows_and_statement_agree(
    account: Role, role: str, is_member: str, show: Show, olga: User, otto: User
) -> None:
    elsewhere = Theater.objects.create(name="Astra", city="Berlin", owner=olga)
    if is_member != "nowhere":
        join(show.screen.theater if is_member == "here" else elsewhere, otto, role)
    otto.role = account
    otto.save()
    rights = MEMBERS_MAY[role] if is_member == "here" and account in ACCOUNTS[role] else set()
    for action in Action:
        allowed = account == Role.ADMIN or action in rights
        assert answers(otto, action, show) == {allowed}, action


def let_owners_be_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives members fewer rights, and these to customers, too."""
    rights = Rights(frozenset({Action.OFFICE, Action.RUN}), frozenset({Role.USER, Role.OWNER}))
    monkeypatch.setattr(policy, "MEMBERS", {MembershipRole.OWNER: rights})


@pytest.mark.parametrize("role", [Role.USER, Role.OWNER])
def test_they_agree_on_other_rights_too(
    role: Role, show: Show, olga: User, otto: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_owners_be_customers(monkeypatch)
    User.objects.update(role=role)
    for user in (olga, otto):
        user.refresh_from_db()
        for action in Action:
            allowed = user == olga and action in {"office", "run"}
            assert answers(user, action, show) == {allowed}, action


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.ADMIN, set(Action)), (Role.OWNER, OWNERS_MAY), (Role.USER, set())],
)
def test_the_role_of_the_account_comes_first_and_costs_no_query(
    role: Role,
    allowed: set[str],
    otto: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    otto.role, otto.member_roles = role, frozenset()  # as the session's query says
    with django_assert_num_queries(0):
        assert {action for action in Action if may(otto, action)} == allowed


def test_nobody_may_do_anything_without_logging_in(theater: Theater) -> None:
    assert not any(may(AnonymousUser(), action) for action in Action)
    assert not any(may(AnonymousUser(), action, theater) for action in Action)


def test_an_unknown_action_is_a_mistake(ada: User, theater: Theater) -> None:
    with pytest.raises(ValueError, match="rnu"):
        may(ada, "rnu", theater)


def test_any_live_membership_passes_the_check_of_the_role(
    as_: As, theater: Theater, olga: User, otto: User, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_owners_be_customers(monkeypatch)
    foreign = Theater.objects.create(name="Astra", city="Berlin", owner=otto)
    User.objects.update(role=Role.USER)
    change = {"name": "Babylon Mitte"}
    assert as_(olga).patch(f"{THEATERS}{theater.pk}/", change).status_code == 200
    problem(as_(olga).patch(f"{THEATERS}{foreign.pk}/", change), 404, "not_found")
    problem(as_(olga).post(THEATERS, {"name": "Neue", "city": "Graz"}), 403)
    problem(as_(alice).patch(f"{THEATERS}{theater.pk}/", change), 403)


def members(theater: Theater) -> list[tuple[int, str]]:
    return list(Membership.objects.filter(theater=theater).values_list("user", "role"))


def test_the_owner_is_a_member_whoever_writes_the_theater(
    as_: As, ada: User, olga: User, otto: User
) -> None:
    made: Any = as_(olga).post(THEATERS, {"name": "Neue", "city": "Graz"}).json()
    theater = Theater.objects.get(pk=made["id"])
    assert members(theater) == [(olga.pk, "owner")]
    as_(ada).patch(f"{THEATERS}{theater.pk}/", {"owner": otto.pk})
    assert members(theater) == [(otto.pk, "owner")]
    assert as_(otto).delete(f"{THEATERS}{theater.pk}/").status_code == 204
    assert not Membership.objects.exists()
    (other,) = Theater.objects.bulk_create([Theater(name="Alte", city="Graz", owner=olga)])
    assert members(other) == [(olga.pk, "owner")]


def test_a_theater_has_one_owner(theater: Theater, otto: User) -> None:
    with pytest.raises(IntegrityError, match="theater_has_one_owner"), transaction.atomic():
        Membership.objects.create(theater=theater, user=otto, role=MembershipRole.OWNER)


def test_without_the_trigger_a_new_owner_is_not_let_in(as_: As, olga: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE theaters_theater DISABLE TRIGGER keep_owner")
    theater = Theater.objects.create(name="Neue", city="Graz", owner=olga)
    problem(as_(olga).patch(f"{THEATERS}{theater.pk}/", {"name": "B"}), 404, "not_found")


def test_what_a_user_comes_with_is_believed_only_without_a_theater(
    theater: Theater, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice.member_roles = frozenset({"manager"})
    with django_assert_num_queries(0):
        assert may(alice, Action.RUN)
    assert not may(alice, Action.RUN, theater)
    assert not Theater.objects.where_may(alice, Action.RUN).exists()


def test_each_role_is_given_by_somebody_but_that_of_owners() -> None:
    assert policy.GIVEN_BY.keys() == set(MembershipRole) - {MembershipRole.OWNER}
    for role, action in policy.GIVEN_BY.items():
        assert action not in policy.MEMBERS[role].actions, "nobody gives what they are"


def test_people_at_the_door_scan_in_their_theater_and_do_nothing_else_there(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    Membership.objects.create(theater=show.screen.theater, user=alice, role="door")
    scan = {"code": "0" * 32, "show": show.pk, "nonce": "n"}
    problem(as_(alice).post("/api/v1/checkin/scan/", scan), 404, "unknown_ticket")
    assert as_(alice).get(f"/api/v1/shows/{show.pk}/door/").status_code == 200
    problem(as_(alice).get(f"/api/v1/shows/{show.pk}/bookings/"), 403, "permission_denied")
    problem(as_(bob).post("/api/v1/checkin/scan/", scan), 403, "permission_denied")
