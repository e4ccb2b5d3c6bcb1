"""Whether a ticket admits its holder, in SQL; the clock is the database's.

`at` is when an offline device scanned it, NULL for now; `issue` is NULL for a bare code.
"""

JOINS = """bookings_booking booking
JOIN shows_show show ON show.id = booking.show_id
JOIN movies_movie movie ON movie.id = show.movie_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id"""
SHOWN = "ticket.id, ticket.label, ticket.type, movie.title, theater.id, theater.timezone"
IS_UNPAID = """(ticket.status = 'pending' OR NOT (booking.paid_at IS NOT NULL
    OR booking.total = 0 OR theater.admits_unpaid))"""
NOW = "coalesce(%(at)s::timestamptz, statement_timestamp())"
# What keeps the holder of a ticket out that is live, unused and for this show.
HINDRANCE = f"""CASE
  WHEN show.status = 'cancelled' THEN 'cancelled'
  WHEN ticket.issue > %(issue)s::int THEN 'reissued'
  WHEN {IS_UNPAID} THEN 'unpaid'
  WHEN {NOW} < show.starts_at - theater.checkin_from_minutes * interval '1 minute' THEN 'too_early'
  WHEN {NOW} >= show.ends_at THEN 'ended' END"""
USE = f"""
UPDATE bookings_ticket ticket
SET used_at = greatest(booking.created_at, least({NOW}, statement_timestamp()))
FROM {JOINS}
WHERE ticket.code = %(code)s AND booking.id = ticket.booking_id AND booking.show_id = %(show)s
  AND ticket.status = 'valid' AND ticket.used_at IS NULL
"""  # noqa: S608
RETURNING = f"RETURNING {SHOWN}, ticket.used_at, {HINDRANCE}"
ADMIT = f"{USE} AND {HINDRANCE} IS NULL {RETURNING}"
# Somebody has gone in already: what speaks against it is told, but changes nothing.
RECORD = f"{USE} {RETURNING}"
JUDGE = f"""
SELECT {SHOWN}, coalesce(ticket.used_at, statement_timestamp()), CASE
  WHEN ticket.status = 'void' AND EXISTS (
    SELECT FROM bookings_ticket newer WHERE newer.replaces_id = ticket.id
  ) THEN 'reissued'
  WHEN ticket.status = 'void' THEN 'cancelled'
  WHEN booking.show_id <> %(show)s THEN 'wrong_show'
  WHEN ticket.used_at IS NOT NULL THEN 'already_used'
  ELSE {HINDRANCE} END
FROM bookings_ticket ticket JOIN {JOINS} ON booking.id = ticket.booking_id
WHERE ticket.code = %(code)s
"""  # noqa: S608
