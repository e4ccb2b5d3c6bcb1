"""Guests: people who book without an account. They have tokens, but no address and no password."""

import secrets

from django.db import transaction

from users import account_log
from users.models import Session, User
from users.sessions import start_session

NAME = "Guest"


def open_guest(*, address: str, device: str = "", language: str = "") -> Session:
    """Makes a guest, and returns a session: the only way in."""
    with transaction.atomic():
        user = make_guest(language=language)
        account_log.record("guest came", user_id=user.pk)
        return start_session(user=user, address=address, device=device)


def make_guest(*, language: str) -> User:
    """Makes a guest, who has no session yet."""
    email = f"guest-{secrets.token_hex(16)}@guest.invalid"
    return User.objects.create_user(email, name=NAME, is_guest=True, language=language)
