"""What other apps do when an account is closed, and why one must stay open.

This app knows none of them: each registers its functions in a module that its AppConfig imports.
"""

from collections.abc import Callable

from core.failures import Failure
from users.models import User

Check = Callable[[User], bool]
Cleanup = Callable[[User], None]

_checks: list[tuple[type[Failure], Check]] = []
_cleanups: list[Cleanup] = []


class UpcomingBookings(Failure):
    """The account has bookings of shows that have not started."""

    code = "upcoming_bookings"
    title = "The account has bookings of upcoming shows"
    remedy = "Cancel these bookings, or wait until the shows are over."


class MoneyOpen(Failure):
    """Money of this person is on its way: a refund, or a payment that has been started."""

    code = "money_open"
    title = "Money is still on its way"
    remedy = "Wait until all refunds have arrived and no payment is open, then try again."


def prevents_closing(failure: type[Failure]) -> Callable[[Check], Check]:
    """Registers the decorated function, which returns whether the account must stay open, and the
    failure that says so.

    It is called with the user's row locked, so its answer holds until the transaction ends.
    """

    def register(check: Check) -> Check:
        _checks.append((failure, check))
        return check

    return register


def cleans_up(cleanup: Cleanup) -> Cleanup:
    """Registers the decorated function, called in the transaction that closes an account."""
    _cleanups.append(cleanup)
    return cleanup


def require_closable(user: User) -> None:
    """Raises the failure of the first app that needs the account to stay open."""
    for failure, check in _checks:
        if check(user):
            raise failure


def clean_up(user: User) -> None:
    """Calls what other apps have registered for an account that is being closed."""
    for cleanup in _cleanups:
        cleanup(user)
