"""The list for a door without network: whom to let in, and the keys that real tickets are signed
with. Codes are hashed, so that a list that is lost lets nobody in.

The cursor is a transaction's number: whatever that transaction's snapshot could not see has been
written by one that is as new or newer, which PostgreSQL keeps with each row (`xmin`, 32 bits of it,
compared as a circle). So no change is missed, and some rows come twice.
"""

import re
from typing import Any

from admission.judging import IS_UNPAID, JOINS
from bookings.tickets.keys import accepted_keys
from core.failures import InvalidInput, NotFound
from core.postgres.documents import Document, Field, Many, identifier, integer, one_of, text
from core.postgres.rows import rows_of
from shows.models import Show
from theaters.policy import Action
from users.models import User

CURSOR = re.compile(r"[0-9]{1,18}")
STATUSES = ("valid", "used", "unpaid", "void")
HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DOOR_KEY = Document(
    "DoorKey",
    {
        "id": identifier(example=1),
        "public": Field(
            {**HASH, "description": "An Ed25519 public key, 32 bytes in hexadecimal."}, "d7" * 32
        ),
    },
)
DOOR_TICKET = Document(
    "DoorTicket",
    {
        "hash": Field(
            {**HASH, "description": "SHA-256 of the code's 32 hexadecimal digits."}, "a3" * 32
        ),
        "seat": text(example="A1"),
        "issue": integer(example=0, description="A token of an older issue admits nobody."),
        "status": one_of(STATUSES, "", example="valid"),
    },
)
DOOR = Document(
    "Door",
    {
        "keys": Many(DOOR_KEY, [DOOR_KEY.example]),
        "tickets": Many(DOOR_TICKET, [DOOR_TICKET.example]),
        "cursor": text(example="48213", description="Send it as `since` to get what has changed."),
    },
)
CIRCLE = 2**32


def _is_new(row: str) -> str:
    """Returns the condition that a row is of a transaction that is as new as `since`."""
    ahead = f"{row}.xmin::text::bigint - mod(%(since)s::bigint, {CIRCLE}) + {CIRCLE}"
    return f"mod({ahead}, {CIRCLE}) < {CIRCLE // 2}"


# A ticket that was exchanged for one of another show is void in the list of its own. One statement,
# and so one snapshot for list and cursor. A number from the future is of a database
# that has been replaced since.
LIST = f"""
WITH now AS (
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS cursor,
         %(since)s::bigint IS NULL
         OR %(since)s::bigint > pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS is_all
)
SELECT now.cursor, encode(sha256(convert_to(it.code, 'UTF8')), 'hex'), it.label, it.issue, it.status
FROM now LEFT JOIN LATERAL (
  SELECT ticket.code, ticket.label, ticket.issue, CASE
    WHEN ticket.status = 'void' OR show.status = 'cancelled' THEN 'void'
    WHEN ticket.used_at IS NOT NULL THEN 'used'
    WHEN {IS_UNPAID} THEN 'unpaid' ELSE 'valid' END AS status
  FROM bookings_ticket ticket JOIN {JOINS} ON booking.id = ticket.booking_id
  WHERE booking.show_id = %(show)s AND CASE WHEN now.is_all THEN ticket.status <> 'void'
    ELSE {_is_new("ticket")} OR {_is_new("booking")} OR {_is_new("theater")} END
  UNION ALL
  SELECT ticket.code, ticket.label, ticket.issue, 'void'
  FROM shows_seat seat JOIN bookings_ticket ticket ON ticket.seat_id = seat.id
  JOIN bookings_booking booking ON booking.id = ticket.booking_id
  WHERE seat.show_id = %(show)s AND booking.show_id <> %(show)s AND ticket.status = 'void'
    AND NOT now.is_all AND ({_is_new("ticket")} OR {_is_new("booking")})
) it ON true
"""  # noqa: S608


def list_door(*, user: User, show_id: int, since: str | None = None) -> dict[str, Any]:
    """Returns the tickets of a show as DOOR describes it: all that are not void, or those that have
    changed since the cursor of an earlier list, and perhaps some more.

    Raises NotFound for a show at which the user may admit nobody, or InvalidInput for a cursor that
    is none.
    """
    if not Show.objects.where_may(user, Action.ADMIT).filter(pk=show_id).exists():
        raise NotFound
    if since is not None and not CURSOR.fullmatch(since):
        raise InvalidInput("Send the `cursor` of an earlier list.", field="since")
    rows = rows_of(LIST, {"show": show_id, "since": since})
    names = ("hash", "seat", "issue", "status")
    return {
        "keys": [
            {"id": number, "public": key.public_bytes_raw().hex()}
            for number, key in accepted_keys().items()
        ],
        "tickets": [dict(zip(names, row[1:], strict=True)) for row in rows if row[1]],
        "cursor": rows[0][0],
    }
