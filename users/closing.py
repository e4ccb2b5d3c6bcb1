"""What other apps do when an account is closed.

This app knows none of them: each registers its functions in a module that its AppConfig imports.
"""

from collections.abc import Callable

from users.models import User

Check = Callable[[User], bool]
Cleanup = Callable[[User], None]

_checks: list[Check] = []
_cleanups: list[Cleanup] = []


def prevents_closing(check: Check) -> Check:
    """Registers the decorated function, which returns whether the account must stay open.

    It is called with the user's row locked, so its answer holds until the transaction ends.
    """
    _checks.append(check)
    return check


def cleans_up(cleanup: Cleanup) -> Cleanup:
    """Registers the decorated function, called in the transaction that closes an account."""
    _cleanups.append(cleanup)
    return cleanup


def is_prevented(user: User) -> bool:
    """Returns whether any app needs the account to stay open."""
    return any(check(user) for check in _checks)


def clean_up(user: User) -> None:
    """Calls what other apps have registered for an account that is being closed."""
    for cleanup in _cleanups:
        cleanup(user)
