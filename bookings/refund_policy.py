"""What cancelling gives back: the theater's policy, and what it makes of a price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from core.failures import Failure


class TooLate(Failure):
    """The time until which this can be done has passed."""

    code = "too_late"
    title = "It is too late"
    remedy = "Ask the theater."


@dataclass(frozen=True, slots=True)
class Terms:
    """A share of the price, in percent, and whether the fee comes back, too."""

    share: int
    with_fee: bool

    def given_back(self, price: Decimal, fee: Decimal, digits: int) -> Decimal:
        """Returns what comes back for a ticket, rounded to so many decimals."""
        unit = Decimal(1).scaleb(-digits)
        back = (price * self.share / 100).quantize(unit, ROUND_HALF_UP)
        return back + fee if self.with_fee else back


def terms_by_policy(
    policy: Sequence[Mapping[str, int]], seconds_left: float, *, fee: bool
) -> Terms:
    """Returns the terms of the first step of the policy that has not passed, from the earliest.

    Without steps, all comes back until CANCEL_UNTIL before the start. Raises TooLate.
    """
    default = {"until_minutes": settings.CANCEL_UNTIL // timedelta(minutes=1), "share": 100}
    for step in sorted(policy or [default], key=lambda step: -step["until_minutes"]):
        if seconds_left > step["until_minutes"] * 60:
            return Terms(int(step["share"]), fee)
    raise TooLate
