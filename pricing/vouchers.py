"""How often a voucher can still be used.

Its uses are counted, not stored: they are its bookings that are confirmed, or pending and not
lapsed. Whoever is about to use it locks its row (`lock_voucher`), after the customer's row and
before the show's, and counts in a statement of its own after that (`uses_left`): one statement
would count in a snapshot from before it waited for the lock.
"""

import re

from core.failures import Failure, InvalidInput
from core.postgres.rows import rows_of


class VoucherInvalid(InvalidInput):
    """No voucher with this code can be used for this show now: there is none, it is of another
    theater or for other movies, or its time has not come or is over."""

    code = "voucher_invalid"
    title = "That voucher cannot be used here"
    remedy = "Check the code, or go on without it."
    example = {"field": "voucher"}


class VoucherUsedUp(Failure):
    """The voucher has been used as often as it may be, by all customers together or by you."""

    code = "voucher_used_up"
    title = "That voucher is used up"
    remedy = "Go on without it. If a booking that used it is not paid in time, it is free again."


CODE = re.compile("[A-Z0-9-]{3,30}")
# What is left of the row `voucher` for the customer `user`, if another booking than `besides` is
# made; NULL if it may be used without end. `least` ignores NULLs.
LEFT = "least(voucher.uses_at_most - used.in_all, voucher.uses_per_customer - used.by_customer)"
USED = """LATERAL (
  SELECT count(*) AS in_all,
         count(*) FILTER (WHERE booking.user_id = %(user)s::bigint) AS by_customer
  FROM bookings_booking booking
  WHERE booking.voucher_id = voucher.id AND booking.id IS DISTINCT FROM %(besides)s::bigint
    AND (booking.status = 'confirmed'
         OR booking.status = 'pending' AND booking.pay_until > statement_timestamp())
    AND coalesce(voucher.uses_at_most, voucher.uses_per_customer) IS NOT NULL
) used"""
LOCK = "SELECT FROM pricing_voucher WHERE id = %s FOR NO KEY UPDATE"
COUNT = f"SELECT {LEFT} FROM pricing_voucher voucher, {USED} WHERE voucher.id = %(voucher)s"  # noqa: S608


def code_of(text: str) -> str | None:
    """Returns the code that somebody has typed, for whom blanks and case do not matter; None if it
    cannot be one."""
    code = "".join(text.split()).upper()
    return code if CODE.fullmatch(code) else None


def lock_voucher(*, voucher_id: int) -> None:
    """Lets other uses of the voucher wait until the transaction ends. Raises VoucherInvalid if it
    has been deleted."""
    if not rows_of(LOCK, [voucher_id]):
        raise VoucherInvalid(field="voucher")


def uses_left(*, voucher_id: int, user_id: int | None, besides: int | None = None) -> bool:
    """Returns whether the voucher can be used once more by the customer, who may be nobody.

    The booking `besides` does not count. The answer holds while the voucher is locked.
    """
    ids = {"voucher": voucher_id, "user": user_id, "besides": besides}
    rows = rows_of(COUNT, ids)
    return bool(rows) and (rows[0][0] is None or rows[0][0] > 0)
