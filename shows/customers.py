"""Locks the customer who holds or books seats of a show. This comes before any other lock, and
makes one person's parallel requests wait for each other."""

from dataclasses import dataclass

from core.postgres.rows import rows_of
from theaters.policy import Action, may_sql
from users.sessions import TokenNotValid

THEATER = """(
    SELECT screen.theater_id FROM shows_show show
    JOIN theaters_screen screen ON screen.id = show.screen_id WHERE show.id = %(show)s)"""
# The advisory lock is taken after the user's row: in a column of the row that is locked by then.
LOCK_CUSTOMER = f"""
WITH customer AS MATERIALIZED (
  SELECT id, role, email_verified, is_guest FROM users_user
  WHERE id = %(user)s AND is_active FOR NO KEY UPDATE
)
SELECT customer.email_verified,
       {may_sql(Action.SELL, account="customer", theater=THEATER)},
       customer.is_guest,
       pg_advisory_xact_lock(hashtextextended(%(queue)s::text, 0))
FROM customer
"""  # no part of it is input  # noqa: S608  # nosec B608


@dataclass(frozen=True, slots=True)
class Customer:
    """A user whose row is locked; `sells` says whether they may sell for the show's theater."""

    is_verified: bool
    sells: bool
    is_guest: bool


def lock_customer(*, user_id: int, show_id: int, network: str = "") -> Customer:
    """Locks the row of an active user until the transaction ends.

    With a `network`, requests for this show from that network wait for each other, too. Raises
    TokenNotValid if the account was disabled or closed in the meantime.
    """
    queue = f"hold {show_id} {network}" if network else None
    rows = rows_of(LOCK_CUSTOMER, {"user": user_id, "show": show_id, "queue": queue})
    if not rows:
        raise TokenNotValid
    return Customer(*rows[0][:3])
