"""Bookings of guests: reached by the key in their mails' link, and moved to an account.

The key is derived from SECRET_KEY and the booking, so it is stored nowhere; it opens that booking
alone, and only as long as it is a guest's.
"""

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.models import Booking
from core.failures import Failure, InvalidInput
from core.postgres.clock import StatementTime
from core.postgres.documents import Document, integer, text
from core.postgres.rows import execute, rows_of
from shows.seats import LIVE
from users.guests import make_guest
from users.models import Session, User
from users.tokens import Claims

KEY_LENGTH = 32
TOKENS = Document(
    "GuestTokens", {"access": text(example="eyJh…"), "refresh": text(example="eyJh…")}
)
CLAIMED = Document("ClaimedHolds", {"seats": integer(example=2)})


class InvalidKey(InvalidInput):
    """The booking and the key do not belong together, or the booking is no guest's any more."""

    code = "invalid_key"
    title = "The key does not open this booking"
    remedy = "Use the newest link from our mail, or log in to the account that has the booking."
    example = {"field": "key"}


class AlreadyHolding(Failure):
    """You hold seats of a show yourself of which the guest holds some, too."""

    code = "already_holding"
    title = "You hold seats of this show already"
    remedy = "Release them first, or book the guest's before you log in."


def key_of(reference: str) -> str:
    """Returns the key that opens the guest's booking with this reference."""
    return salted_hmac("bookings.guests", reference, algorithm="sha256").hexdigest()[:KEY_LENGTH]


def _opened(reference: str, key: str) -> Booking:
    booking = Booking.objects.filter(
        reference=reference, user__is_guest=True, user__is_active=True
    ).first()
    if not constant_time_compare(key, key_of(reference)) or booking is None:
        raise InvalidKey(field="key")
    return booking


LOCK_USERS = """
SELECT FROM users_user WHERE id = ANY(%(users)s) AND is_active ORDER BY id FOR NO KEY UPDATE
"""
MOVE_BOOKING = """
UPDATE bookings_booking SET user_id = %(me)s, claimed_at = statement_timestamp()
WHERE id = %(booking)s AND user_id = %(guest)s
"""
MOVE_HOLDS = f"""
WITH theirs AS MATERIALIZED (
  SELECT id, show_id FROM shows_seat seat WHERE held_by_id = %(guest)s AND {LIVE}
  ORDER BY id FOR UPDATE
), mine AS MATERIALIZED (
  SELECT count(*) AS count FROM shows_seat seat
  WHERE held_by_id = %(me)s AND {LIVE} AND show_id IN (SELECT show_id FROM theirs)
), moved AS (
  UPDATE shows_seat seat SET held_by_id = %(me)s
  FROM theirs, mine WHERE mine.count = 0 AND seat.id = theirs.id
  RETURNING seat.id
), chains AS (
  UPDATE shows_holdchain chain SET user_id = %(me)s
  FROM mine WHERE mine.count = 0 AND chain.user_id = %(guest)s
    AND NOT EXISTS (SELECT FROM shows_holdchain other
                    WHERE other.user_id = %(me)s AND other.show_id = chain.show_id)
)
SELECT (SELECT count(*) FROM moved), (SELECT count FROM mine)
"""  # noqa: S608

HAS_MORE = f"""
SELECT EXISTS (SELECT FROM bookings_booking WHERE user_id = %(guest)s AND id <> %(booking)s)
       OR EXISTS (SELECT FROM shows_seat seat WHERE held_by_id = %(guest)s AND {LIVE})
"""  # noqa: S608
MOVE_TO_GUEST = """
UPDATE bookings_booking SET user_id = %(me)s WHERE id = %(booking)s AND user_id = %(guest)s
"""


@transaction.atomic
def open_booking(*, reference: str, key: str) -> User:
    """Returns a guest who has this booking and nothing else: mails are passed on. If who booked has
    other bookings, or holds seats, the booking moves to a guest of its own. Raises InvalidKey."""
    guest = _opened(reference, key).user_id
    execute(LOCK_USERS, {"users": [guest]})
    booking = _opened(reference, key)  # another request may have moved it meanwhile
    values = {"booking": booking.pk, "guest": booking.user_id}
    ((has_more,),) = rows_of(HAS_MORE, values)
    if booking.user_id == guest and has_more:
        booking.user = make_guest(language=booking.language)
        execute(MOVE_TO_GUEST, {**values, "me": booking.user.pk})
    return User.objects.get(bookings=booking)


@transaction.atomic
def claim_booking(*, user: User, reference: str, key: str) -> int:
    """Moves a guest's booking to the user's account, and returns its id. Raises InvalidKey."""
    booking = _opened(reference, key)
    values = {"me": user.pk, "guest": booking.user_id, "booking": booking.pk}
    execute(LOCK_USERS, {"users": [user.pk, booking.user_id]})
    if not execute(MOVE_BOOKING, values):
        raise InvalidKey(field="key")
    return booking.pk


@transaction.atomic
def claim_holds(*, user: User, claims: Claims | None) -> int:
    """Moves what a guest holds to the user's account, and returns how many seats that were.

    `claims` are of a genuine token or cookie of the guest; None: there was none. Raises InvalidKey,
    or AlreadyHolding.
    """
    guest = _logged_in(claims)
    execute(LOCK_USERS, {"users": [user.pk, guest.pk]})
    ((moved, mine),) = rows_of(MOVE_HOLDS, {"me": user.pk, "guest": guest.pk})
    if mine:
        raise AlreadyHolding
    return int(moved)


def _logged_in(claims: Claims | None) -> User:
    """Returns the guest who has the session."""
    if claims is None:
        raise InvalidKey(field="token")
    session = Session.objects.filter(
        pk=claims.session_id,
        user=claims.user_id,
        user__is_guest=True,
        user__is_active=True,
        ended_at=None,
        expires_at__gt=StatementTime(),
    ).first()
    if session is None:
        raise InvalidKey(field="token")
    return session.user
