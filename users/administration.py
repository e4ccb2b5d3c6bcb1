"""Roles, disabling and closing accounts. One admin always remains, and every change is recorded.

The record is Django admin's own log, so that changes made there and through the API are in one
place.
"""

import secrets
from collections.abc import Collection, Mapping

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from core.failures import Failure, NotFound
from core.versions import require_version
from users import account_log, closing
from users.accounts import require_password
from users.closing import MoneyOpen, UpcomingBookings
from users.models import OneTimeCode, Role, User
from users.sessions import TokenNotValid, end_all_sessions

VERSIONED = ("email", "name", "role", "is_active", "language")
CLOSED = "Closed account"


class LastAdmin(Failure):
    """Nobody would be left who can appoint another admin."""

    code = "last_admin"
    title = "This is the last active admin"
    remedy = "Make somebody else an admin first."


def change_account(
    *,
    by: User,
    user_id: int,
    changes: Mapping[str, object],
    expected: Collection[str] | None = None,
) -> User:
    """Changes `role`, `is_active` and `language` of a user; ends the user's sessions unless it is
    only the language.

    Raises NotFound, LastAdmin, TokenNotValid if `by` is no longer an admin, or PreconditionFailed
    unless the version of the VERSIONED columns is one of the `expected`.
    """
    with transaction.atomic():
        users = _lock_with_admins(user_id)
        if by.pk not in users or not _is_active_admin(users[by.pk]):
            raise TokenNotValid
        if user_id not in users:
            raise NotFound
        user = users[user_id]
        require_version(user, expected, columns=VERSIONED)
        real = {name: value for name, value in changes.items() if getattr(user, name) != value}
        if real:
            _apply(user, real, by=by)
            if not any(_is_active_admin(each) for each in users.values()):
                raise LastAdmin
    return user


def close_account(*, user: User, password: str = "") -> None:
    """Anonymises the user, who cannot log in again; bookings are kept for accounting.

    Guests have no password. Raises accounts.WrongPassword, closing.UpcomingBookings or MoneyOpen,
    LastAdmin, or TokenNotValid if the account was disabled or its password changed in the meantime.
    """
    if not user.is_guest:
        require_password(password, user=user, field="password")
    with transaction.atomic():
        users = _lock_with_admins(user.pk)
        locked = users[user.pk]
        if not locked.is_active or locked.password != user.password:
            raise TokenNotValid
        closing.require_closable(locked)
        if _is_active_admin(locked) and not any(
            _is_active_admin(each) for each in users.values() if each != locked
        ):
            raise LastAdmin
        _close(locked)


def close_if_among(accounts: QuerySet[User], *, user_id: int) -> bool:
    """Closes the account of somebody who does not ask for it, if it is still one of `accounts` when
    its row is locked and nothing needs it to stay open. Returns whether it did."""
    with transaction.atomic():
        if not User.objects.filter(pk=user_id).select_for_update(no_key=True).exists():
            return False
        user = accounts.filter(pk=user_id).first()
        if user is None:
            return False
        try:
            closing.require_closable(user)
        except (UpcomingBookings, MoneyOpen):
            return False
        _close(user)
    return True


def _close(user: User) -> None:
    _anonymise(user)
    closing.clean_up(user)
    account_log.record("account closed", user_id=user.pk)


def _lock_with_admins(user_id: int) -> dict[int, User]:
    """Locks the user and all active admins in the order of their ids, and returns them."""
    wanted = Q(pk=user_id) | Q(role=Role.ADMIN, is_active=True)
    rows = User.objects.filter(wanted).order_by("pk").select_for_update(no_key=True)
    return {user.pk: user for user in rows}


def _is_active_admin(user: User) -> bool:
    return user.role == Role.ADMIN and user.is_active


def _apply(user: User, changes: Mapping[str, object], *, by: User) -> None:
    what = "; ".join(f"{name}: {getattr(user, name)} → {changes[name]}" for name in changes)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    if changes.keys() != {"language"}:
        end_all_sessions(user_id=user.pk)
    account_log.record("account changed", user_id=user.pk, by=by.pk, **changes)
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, change_message=what, single_object=True)


def _anonymise(user: User) -> None:
    user.email = f"{secrets.token_hex(16)}@closed.invalid"
    user.name, user.language = CLOSED, ""
    user.is_active = user.email_verified = False
    user.set_unusable_password()
    user.save()
    user.sessions.all().delete()
    OneTimeCode.objects.filter(user=user).delete()
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    ).update(object_repr=CLOSED)
