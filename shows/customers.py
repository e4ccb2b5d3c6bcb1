"""Who holds or books seats of a show: first of all their row is locked, which makes a queue of one
person's own parallel requests."""

from dataclasses import dataclass

from core.postgres.rows import rows_of
from theaters.policy import Action, may_sql
from users.sessions import TokenNotValid

THEATER = """(
    SELECT screen.theater_id FROM shows_show show
    JOIN theaters_screen screen ON screen.id = show.screen_id WHERE show.id = %(show)s)"""
# The queue of a network comes after the user's row: a column of a row that is locked by then.
ENTER = f"""
WITH customer AS MATERIALIZED (
  SELECT id, role, email_verified FROM users_user
  WHERE id = %(user)s AND is_active FOR NO KEY UPDATE
)
SELECT customer.email_verified,
       {may_sql(Action.SELL, account="customer", theater=THEATER)},
       pg_advisory_xact_lock(hashtextextended(%(queue)s::text, 0))
FROM customer
"""  # no word of it is anybody's input  # noqa: S608  # nosec B608


@dataclass(frozen=True, slots=True)
class Customer:
    """A user as they are while their row is locked; `sells` if they may for the show's theater."""

    is_verified: bool
    sells: bool


def enter(*, user_id: int, show_id: int, network: str = "") -> Customer:
    """Locks the row of an active user until the transaction ends.

    With a `network`, the requests for this show from there wait for each other, too. Raises
    TokenNotValid if the account was disabled or closed in the meantime.
    """
    queue = f"hold {show_id} {network}" if network else None
    rows = rows_of(ENTER, {"user": user_id, "show": show_id, "queue": queue})
    if not rows:
        raise TokenNotValid
    is_verified, sells, _ = rows[0]
    return Customer(is_verified, sells)
