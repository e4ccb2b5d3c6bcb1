"""Which limits guard the calls of accounts. Kept apart from what the calls do."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.failures import Busy, TooManyRequests
from core.throttling import count, give_back
from users.models import Session


@contextmanager
def _only_judged(*counted: tuple[str, str]) -> Iterator[None]:
    """What is counted for a try that was then not judged, for want of a turn, is given back."""
    try:
        yield
    except Busy:
        for limit, subject in counted:
            give_back(limit=limit, subject=subject)
        raise


@contextmanager
def registering(*, address: str) -> Iterator[None]:
    """20 an hour and address."""
    count(limit="register_address", subject=address)
    with _only_judged(("register_address", address)):
        yield


@contextmanager
def logging_in(*, email: str, address: str) -> Iterator[None]:
    """10 for an account from one address, 200 for an address, 100 for an account from anywhere.

    The last one is for guesses from many addresses at once. It does not stop an address at which
    the account is logged in or was lately, or strangers could lock the owner out for good.
    """
    here = f"{email} {address}"
    count(limit="login_address", subject=address)
    count(limit="login_account_and_address", subject=here)
    _count_strangers("login_account", email=email, address=address)
    with _only_judged(
        ("login_address", address), ("login_account_and_address", here), ("login_account", email)
    ):
        yield


def count_forgotten_password(*, email: str, address: str) -> None:
    """5 an hour for an account from one address, 30 an hour for an address; 20 an hour and 40 a day
    for an account from anywhere.

    The last two bound the codes that there are to guess at. They do not stop an address at which
    the account is logged in or was lately, or strangers could keep the owner's mails away.
    """
    count(limit="forgot_address", subject=address)
    count(limit="forgot_account_and_address", subject=f"{email} {address}")
    _count_strangers("forgot_account", email=email, address=address)
    _count_strangers("forgot_account_day", email=email, address=address)


def count_resending(*, user_id: int, address: str) -> None:
    """5 an hour and account, 30 an hour and address."""
    count(limit="resend_address", subject=address)
    count(limit="resend_account", subject=str(user_id))


def count_verifying(*, user_id: int) -> None:
    """30 an hour and account, beside the five guesses of each code."""
    count(limit="verify_account", subject=str(user_id))


def count_resetting(*, address: str) -> None:
    """30 an hour and address, beside the five guesses of each code."""
    count(limit="reset_address", subject=address)


def count_refreshing(*, session_id: int) -> None:
    """60 a minute and session."""
    count(limit="refresh_session", subject=str(session_id))


def count_otp(*, user_id: int) -> None:
    """10 per 15 minutes and account, of whose password is known."""
    count(limit="otp_account", subject=str(user_id))


def count_asking_password(*, user_id: int) -> None:
    """10 per 15 minutes and account: a stolen access token must not be of use for guessing."""
    count(limit="password_account", subject=str(user_id))


def _count_strangers(limit: str, *, email: str, address: str) -> None:
    """Counts for an account from anywhere; stops only where it was not logged in lately."""
    try:
        count(limit=limit, subject=email)
    except TooManyRequests:
        if not Session.objects.filter(user__email=email, address=address).exists():
            raise
