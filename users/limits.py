"""The rate limits of calls about accounts."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.failures import Busy, TooManyRequests
from core.throttling import count, give_back
from users.models import Session


@contextmanager
def _refunding_busy(*counted: tuple[str, str]) -> Iterator[None]:
    """Gives back what was counted for an attempt that was then not judged, for want of a turn."""
    try:
        yield
    except Busy:
        for limit, subject in counted:
            give_back(limit=limit, subject=subject)
        raise


@contextmanager
def registering(*, address: str) -> Iterator[None]:
    """Allows 20 an hour and address."""
    count(limit="register_address", subject=address)
    with _refunding_busy(("register_address", address)):
        yield


@contextmanager
def logging_in(*, email: str, address: str) -> Iterator[None]:
    """Allows 10 for an account from one address, 200 for an address, 100 for an account from
    anywhere.

    The last one is for guesses from many addresses at once. It does not stop an address at which
    the account is or was recently logged in, or strangers could lock the owner out for good.
    """
    here = f"{email} {address}"
    count(limit="login_address", subject=address)
    count(limit="login_account_and_address", subject=here)
    _count_strangers("login_account", email=email, address=address)
    with _refunding_busy(
        ("login_address", address), ("login_account_and_address", here), ("login_account", email)
    ):
        yield


def count_forgotten_password(*, email: str, address: str) -> None:
    """Allows 5 an hour for an account from one address, 30 an hour for an address; 20 an hour and
    40 a day for an account from anywhere.

    The last two limit the codes that can be guessed. They do not stop an address at which the
    account is or was recently logged in, or strangers could keep the owner from getting a code.
    """
    count(limit="forgot_address", subject=address)
    count(limit="forgot_account_and_address", subject=f"{email} {address}")
    _count_strangers("forgot_account", email=email, address=address)
    _count_strangers("forgot_account_day", email=email, address=address)


def count_resending(*, user_id: int, address: str) -> None:
    """Allows 5 an hour and account, 30 an hour and address."""
    count(limit="resend_address", subject=address)
    count(limit="resend_account", subject=str(user_id))


def count_verifying(*, user_id: int) -> None:
    """Allows 30 an hour and account, besides the five guesses of each code."""
    count(limit="verify_account", subject=str(user_id))


def count_resetting(*, address: str) -> None:
    """Allows 30 an hour and address, besides the five guesses of each code."""
    count(limit="reset_address", subject=address)


def count_refreshing(*, session_id: int) -> None:
    """Allows 60 a minute and session."""
    count(limit="refresh_session", subject=str(session_id))


def count_otp(*, user_id: int) -> None:
    """Allows 10 per 15 minutes and account, once the password is known."""
    count(limit="otp_account", subject=str(user_id))


def count_asking_password(*, user_id: int) -> None:
    """Allows 10 per 15 minutes and account, so that a stolen access token is no help in guessing
    the password."""
    count(limit="password_account", subject=str(user_id))


def _count_strangers(limit: str, *, email: str, address: str) -> None:
    """Counts for an account from anywhere; stops only addresses where it was not logged in."""
    try:
        count(limit=limit, subject=email)
    except TooManyRequests:
        if not Session.objects.filter(user__email=email, address=address).exists():
            raise


def count_guest(*, address: str) -> None:
    """Allows 60 guests an hour and address."""
    count(limit="guest_address", subject=address)
