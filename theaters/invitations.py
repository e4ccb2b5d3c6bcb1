"""Inviting people by mail to work in a theater.

An invitation is for whoever has the address: the key in the mail's link does nothing for another
account. It works once, for INVITATIONS_LAST, and only as long as its inviter may give the role.
"""

from django.db import transaction
from django.utils.crypto import constant_time_compare

from core.failures import Failure, InvalidInput, NotFound
from core.jobs import queue
from core.postgres.clock import StatementTime
from core.throttling import count
from theaters.invitation_mails import INVITATIONS_LAST, key_of
from theaters.models import Invitation, Membership, Theater
from theaters.staff import log, may_give, record, require_may_give
from theaters.tasks import mail_invitation
from users import account_log
from users.emails import require_reachable
from users.models import User


class AlreadyMember(Failure):
    """Whoever has this address works in the theater already, or owns it."""

    code = "already_member"
    title = "They work in this theater already"
    remedy = "Change their role instead."


class InvalidInvitation(InvalidInput):
    """The key is not that of an invitation to your address, was used, or has expired; or whoever
    invited you may not do so any more."""

    code = "invalid_invitation"
    title = "The invitation is not valid for your account"
    remedy = "Log in with the address that the mail went to, or ask to be invited again."
    example = {"field": "key"}


def invite(*, by: User, theater_id: int, email: str, role: str) -> Invitation:
    """Offers the role to whoever has the normalized address, who gets a mail. An earlier invitation
    to the address and its key are void.

    Allows 20 an hour and theater, and 60 an hour and inviter, who may open many theaters. Raises
    emails.Unreachable, TooManyRequests, NotFound, NotYoursToGive or AlreadyMember.
    """
    require_reachable(email)
    count(limit="invitation_theater", subject=str(theater_id))
    count(limit="invitation_inviter", subject=str(by.pk))
    with transaction.atomic():
        theater = Theater.objects.select_for_update(no_key=True).filter(pk=theater_id).first()
        if theater is None:
            raise NotFound
        require_may_give(by, role, theater)
        if theater.memberships.filter(user__email=email).exists():
            raise AlreadyMember
        _drop_earlier(by, theater, email)
        made = Invitation.objects.create(
            theater=theater,
            email=email,
            role=role,
            invited_by=by,
            expires_at=StatementTime() + INVITATIONS_LAST,
        )
        log(by, theater, f"Invitation {made.pk}: {role}")
        _record("staff invited", by, made)
        queue.defer(mail_invitation, invitation_id=made.pk)
    made.refresh_from_db()
    return made


def _drop_earlier(by: User, theater: Theater, email: str) -> None:
    """Nobody who may not give a role ends the offer of it. Raises NotYoursToGive."""
    for earlier in Invitation.objects.filter(theater=theater, email=email):
        require_may_give(by, earlier.role, theater)
        earlier.delete()


@transaction.atomic
def withdraw(*, by: User, invitation_id: int) -> None:
    """Makes an invitation void. Raises NotFound or NotYoursToGive."""
    rows = Invitation.objects.select_related("theater").select_for_update(of=("self",))
    found = rows.filter(pk=invitation_id).first()
    if found is None:
        raise NotFound
    require_may_give(by, found.role, found.theater)
    log(by, found.theater, f"Invitation {found.pk}: {found.role} → withdrawn")
    _record("staff invitation withdrawn", by, found)
    found.delete()


@transaction.atomic
def accept(*, user: User, key: str) -> Membership:
    """Makes the user a member as the invitation says, which is used up. Whoever became a member
    meanwhile stays what they are. Raises InvalidInvitation."""
    found = _opened(user, key)
    if not _use_up(found.pk):
        raise InvalidInvitation(field="key")
    member, is_new = Membership.objects.get_or_create(
        theater=found.theater, user=user, defaults={"role": found.role}
    )
    if is_new:
        # As an act of whoever invited them, whose office has a page of the theater.
        what = f"Invitation {found.pk}: accepted by user {user.pk}, {found.role}"
        log(found.invited_by, found.theater, what)
        record("staff joined", found.invited_by, member, role=found.role)
    return member


def _opened(user: User, key: str) -> Invitation:
    """Returns the invitation of the user's address with this key."""
    rows = Invitation.objects.select_related("theater", "invited_by")
    each: Invitation
    for each in rows.filter(email=user.email, expires_at__gt=StatementTime()):
        inviter = each.invited_by
        if constant_time_compare(key, key_of(each.pk)) and (
            inviter.is_active and may_give(inviter, each.role, each.theater)
        ):
            return each
    raise InvalidInvitation(field="key")


def _use_up(invitation_id: int) -> bool:
    """Deletes the invitation, and returns whether it was still there: of all who accept or withdraw
    it at once, one does."""
    return bool(Invitation.objects.filter(pk=invitation_id).delete()[0])


def _record(event: str, by: User, invitation: Invitation) -> None:
    account_log.record(
        event,
        user_id=by.pk,
        theater=invitation.theater_id,
        invitation=invitation.pk,
        role=invitation.role,
    )
