"""Who may do what, and in which theaters. Nothing else in the program decides that.

Admins may do everything everywhere. Others act in theaters of which they are members, each role
with its own rights. `may` answers for one user, the querysets' `where_may` for rows, `may_sql`
within a statement; a test compares the three.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, TextChoices

from users.models import Role, User


class Action(StrEnum):
    """What the policy allows or denies."""

    ADMINISTER = "administer"  # accounts, movies, jobs
    OFFICE = "office"  # use Django's admin
    OPEN = "open"  # open a new theater
    HAND_OVER = "hand over"  # give a theater to another owner
    OWN = "own"  # delete a theater, say where its money goes, appoint its managers
    RUN = "run"  # change a theater and its screens
    EMPLOY = "employ"  # invite people to work there, change and end their roles
    SCHEDULE = "schedule"  # make, change and cancel shows
    SEE_HOLDERS = "see holders"  # see who holds seats
    SELL = "sell"  # sell without a customer's limits; see and cancel bookings
    WAIVE = "waive"  # give back what the refund policy does not
    ADMIT = "admit"  # scan tickets, see the list of who is to come


class MembershipRole(TextChoices):
    """The role of a member of a theater."""

    OWNER = "owner"
    MANAGER = "manager"
    CASHIER = "cashier"
    DOOR = "door"


class Rights(NamedTuple):
    """What members of a role may do in their theater, if their account has one of these roles."""

    actions: frozenset[Action]
    accounts: frozenset[Role]


MANAGERS = frozenset(
    {
        Action.OFFICE,
        Action.RUN,
        Action.EMPLOY,
        Action.SCHEDULE,
        Action.SELL,
        Action.WAIVE,
        Action.ADMIT,
    }
)
OWNERS = MANAGERS | {Action.OPEN, Action.OWN}
STAFF = frozenset({Role.USER, Role.OWNER})  # an owner may work at another's theater
MEMBERS: Mapping[MembershipRole, Rights] = {
    MembershipRole.OWNER: Rights(OWNERS, accounts=frozenset({Role.OWNER})),
    MembershipRole.MANAGER: Rights(MANAGERS, accounts=STAFF),
    MembershipRole.CASHIER: Rights(frozenset({Action.OFFICE, Action.SELL}), accounts=STAFF),
    MembershipRole.DOOR: Rights(frozenset({Action.ADMIT}), accounts=STAFF),
}
# What one must be allowed to do to give, change or end a role; nobody gives an owner's.
GIVEN_BY: Mapping[MembershipRole, Action] = {
    MembershipRole.MANAGER: Action.OWN,
    MembershipRole.CASHIER: Action.EMPLOY,
    MembershipRole.DOOR: Action.EMPLOY,
}
ROLES = [role.value for role in MembershipRole]
GIVEN_ROLES = [role.value for role in GIVEN_BY]
# Allowed as long as no theater is given: an account of role owner may have none yet.
ACCOUNTS: Mapping[str, frozenset[Action]] = {Role.OWNER: OWNERS}


def may(user: User | AnonymousUser, action: str, theater: Model | None = None) -> bool:
    """Returns whether the user may do it in the theater or, without one, in any theater, including
    a new one.

    Without a theater, the `member_roles` that the user came with are believed: rows are filtered by
    `where_may` all the same. Raises ValueError for an unknown action.
    """
    wanted = Action(action)
    if not user.is_authenticated:
        return False
    if may_everywhere(user) or (theater is None and wanted in ACCOUNTS.get(user.role, ())):
        return True
    roles = [member for member, account in _pairs(wanted) if account == user.role]
    if not roles:
        return False
    if theater is None and user.member_roles is not None:
        return not user.member_roles.isdisjoint(roles)
    mine = user.memberships.filter(role__in=roles, user__role=user.role)
    return (mine if theater is None else mine.filter(theater=theater.pk)).exists()


def remember_roles(user: User | AnonymousUser) -> None:
    """Reads the roles of somebody's memberships, for all checks of one request to come."""
    if isinstance(user, User) and user.role == Role.USER and user.member_roles is None:
        user.member_roles = frozenset(user.memberships.values_list("role", flat=True))


def may_everywhere(user: User) -> bool:
    """Returns whether the user needs no membership."""
    return user.role == Role.ADMIN


def may_q(action: Action, path: str) -> Q:
    """Returns the condition that the membership at the `path` gives the right to the action. If no
    role gives it, the condition is false, and Django does not query."""
    pairs = (
        Q(**{f"{path}role": member, f"{path}user__role": account})
        for member, account in _pairs(action)
    )
    return reduce(or_, pairs, Q(pk__in=[]))


def may_sql(action: Action, *, account: str, theater: str) -> str:
    """Returns the condition that somebody may do it, in SQL: `account` names a row with `id` and
    `role`, `theater` is an expression for the theater's id."""
    pairs = [
        f"member.role = '{member}' AND {account}.role = '{role}'" for member, role in _pairs(action)
    ]
    return f"""({account}.role = '{Role.ADMIN}' OR EXISTS (
  SELECT FROM theaters_membership member
  WHERE member.user_id = {account}.id AND member.theater_id = {theater}
    AND ({" OR ".join(pairs) or "false"})))"""  # nosec B608


def may_own() -> Q:
    """Returns the condition that an account can own a theater."""
    return Q(role__in=[Role.OWNER, Role.ADMIN], is_active=True)


def _pairs(action: Action) -> list[tuple[MembershipRole, Role]]:
    """Returns the roles of member and account that together give the right to the action."""
    return [
        (member, account)
        for member, rights in MEMBERS.items()
        if action in rights.actions
        for account in sorted(rights.accounts)
    ]
