"""Which limits guard the calls of accounts. Kept apart from what the calls do."""

from core.errors import TooManyRequests
from core.throttling import count
from users.models import Session


def count_registration(*, address: str) -> None:
    """20 an hour and address."""
    count(limit="register_address", subject=address)


def count_login(*, email: str, address: str) -> None:
    """10 for an account from one address, 200 for an address, 100 for an account from anywhere.

    The last one is for guesses from many addresses at once. It does not stop an address at which
    the account is logged in or was lately, or strangers could lock the owner out for good.
    """
    count(limit="login_address", subject=address)
    count(limit="login_account_and_address", subject=f"{email} {address}")
    try:
        count(limit="login_account", subject=email)
    except TooManyRequests:
        if not Session.objects.filter(user__email=email, address=address).exists():
            raise
