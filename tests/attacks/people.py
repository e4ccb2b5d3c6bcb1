"""Everybody who tries every call: customers, owners, an admin, and those who work in a theater.

What a role may do is said here once more, without the policy.
"""

from collections.abc import Collection
from typing import NamedTuple

from rest_framework.test import APIClient

from conftest import PASSWORD
from tests.staff import hire, invite_to
from theaters.models import Membership, Theater
from users import tokens
from users.models import User
from users.sessions import start_session

MANAGER = frozenset({"run", "employ", "schedule", "sell", "admit"})
RIGHTS = {
    "": frozenset[str](),
    "door": frozenset({"admit"}),
    "cashier": frozenset({"sell"}),
    "manager": MANAGER,
    "owner": MANAGER | {"open", "own"},
}
ACTIONS = RIGHTS["owner"]


class Person(NamedTuple):
    """Somebody's role in Olga's theaters, and in Otto's."""

    here: str = ""
    elsewhere: str = ""


PEOPLE = {
    "alice": Person(),
    "bob": Person(),
    "olga": Person("owner"),
    "otto": Person(elsewhere="owner"),
    "ada": Person(),
    "mona": Person("manager"),
    "carl": Person("cashier"),
    "dora": Person("door"),
    "max": Person(elsewhere="manager"),
    "cora": Person(elsewhere="cashier"),
    "dirk": Person(elsewhere="door"),
    "both": Person("door", elsewhere="manager"),
    "gone": Person(),  # was a manager when the session began
    "ivan": Person(),  # is invited as a manager, and has not accepted
}
EVERYBODY = ("anyone", "forged", *PEOPLE)


def rights_of(who: str) -> tuple[Collection[str], Collection[str]]:
    """Returns what somebody may do in Olga's theaters, and anywhere."""
    person = PEOPLE[who]
    return RIGHTS[person.here], RIGHTS[person.here] | RIGHTS[person.elsewhere]


def clients_of(cast: list[User], *, elsewhere_of: User) -> dict[str, APIClient]:
    """Returns a client for everybody; Otto's staff work in his theater."""
    clients = {
        "anyone": APIClient(),
        "forged": APIClient(HTTP_AUTHORIZATION="Bearer " + tokens.HEADER + "e30.AAAA"),
    }
    astra = Theater.objects.create(name="Astra", city="Berlin", owner=elsewhere_of)
    known = {user.name.lower(): user for user in cast}
    for name, person in PEOPLE.items():
        user = known.get(name) or User.objects.create_user(
            f"{name}@example.com", PASSWORD, name=name
        )
        if person.elsewhere not in {"", "owner"}:
            hire(user, person.elsewhere, astra)
        access = tokens.pair(start_session(user=user, address=""))["access"]
        clients[name] = APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")
    return clients


def employ(*theaters: Theater) -> None:
    """Lets Olga's staff work in her theaters; one was sent away, one has not accepted yet."""
    for theater in theaters:
        for name, person in PEOPLE.items():
            if person.here not in {"", "owner"}:
                hire(User.objects.get(email=f"{name}@example.com"), person.here, theater)
        hire(User.objects.get(email="gone@example.com"), "manager", theater)
        invite_to(theater, "ivan@example.com", "manager")
    Membership.objects.filter(user__email="gone@example.com").delete()
