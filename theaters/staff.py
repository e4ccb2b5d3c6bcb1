"""Who works in a theater: changing and ending roles, which takes effect with the next request.

Both change one membership's row. Every change is in the office's log, at the theater.
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction

from core.failures import Failure, NotFound
from theaters.models import Membership, Theater
from theaters.policy import GIVEN_BY, MembershipRole, may
from users import account_log
from users.models import User


class NotYoursToGive(Failure):
    """Your role in the theater does not allow you to give, change or end this role."""

    status = 403
    code = "not_yours_to_give"
    title = "You may not give or end this role"
    remedy = "Ask the owner of the theater."


class OwnerStays(Failure):
    """A theater has one owner, who is not among those whose role can be changed or ended."""

    code = "owner_stays"
    title = "The owner's role stays"
    remedy = "An admin can hand the theater over to somebody else."


def may_give(user: User, role: str, theater: Theater) -> bool:
    """Returns whether the user may give, change and end the role in the theater."""
    action = GIVEN_BY.get(MembershipRole(role))
    return action is not None and may(user, action, theater)


def require_may_give(user: User, role: str, theater: Theater) -> None:
    """Raises NotYoursToGive."""
    if not may_give(user, role, theater):
        raise NotYoursToGive


@transaction.atomic
def change_role(*, by: User, membership_id: int, role: str) -> Membership:
    """Gives a member another role. Raises NotFound, OwnerStays or NotYoursToGive."""
    member = _locked(membership_id)
    require_may_give(by, member.role, member.theater)
    require_may_give(by, role, member.theater)
    if role != member.role:
        log(by, member.theater, f"User {member.user_id}: {member.role} → {role}")
        record("staff role changed", by, member, before=member.role, role=role)
        member.role = role
        member.save(update_fields=["role"])
    return member


@transaction.atomic
def end_role(*, by: User, membership_id: int) -> None:
    """Ends a membership. Raises NotFound, OwnerStays or NotYoursToGive."""
    member = _locked(membership_id)
    require_may_give(by, member.role, member.theater)
    log(by, member.theater, f"User {member.user_id}: {member.role} → none")
    record("staff role ended", by, member, role=member.role)
    member.delete()


def log(by: User, theater: Theater, what: str) -> None:
    """Writes into the office's log of the theater, without names: it outlives them."""
    LogEntry.objects.log_actions(by.pk, [theater], CHANGE, change_message=what, single_object=True)


def record(event: str, by: User, member: Membership, **facts: str) -> None:
    """Writes into the log of accounts."""
    account_log.record(event, user_id=member.user_id, by=by.pk, theater=member.theater_id, **facts)


def _locked(membership_id: int) -> Membership:
    rows = Membership.objects.select_related("theater", "user")
    member: Membership | None = (
        rows.select_for_update(no_key=True, of=("self",)).filter(pk=membership_id).first()
    )
    if member is None:
        raise NotFound
    if member.role == MembershipRole.OWNER:
        raise OwnerStays
    return member
