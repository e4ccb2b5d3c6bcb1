WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), on_sale AS MATERIALIZED (
  SELECT id FROM shows_show
  WHERE id = %(show)s AND status = 'scheduled' AND starts_at > statement_timestamp()
  FOR KEY SHARE
), judged AS MATERIALIZED (             -- every row that may change, locked in id order
  SELECT id, label, category, price,
         coalesce(label = ANY((SELECT labels FROM wish)::text[]), true) AS wanted,
         CASE WHEN (SELECT labels FROM wish) IS NULL THEN seat.held_until > statement_timestamp() ELSE (seat.status = 'selected' AND seat.held_by_id = %(user)s OR (seat.status = 'available' OR seat.status = 'selected' AND seat.held_until <= statement_timestamp())) END AS mine
  FROM shows_seat seat
  WHERE show_id = (SELECT id FROM on_sale)
    AND (label = ANY((SELECT labels FROM wish)::text[]) OR held_by_id = %(user)s)
  ORDER BY id FOR UPDATE
), before AS MATERIALIZED (
  SELECT (SELECT count(*) FROM bookings_booking booking
          JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
          WHERE booking.user_id = %(user)s AND booking.show_id = %(show)s
            AND ticket.status = 'valid') AS of_show,
         CASE WHEN %(most_unverified)s::int IS NOT NULL THEN
         (SELECT count(*) FROM bookings_booking booking
          JOIN shows_show show ON show.id = booking.show_id
          JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
          WHERE booking.user_id = %(user)s AND show.ends_at > statement_timestamp()
            AND ticket.status = 'valid') END AS of_all
), booked AS (
  INSERT INTO bookings_booking (reference, user_id, show_id, status, total)
  SELECT %(reference)s, %(user)s, %(show)s, 'confirmed', sum(price) FROM judged WHERE wanted
  HAVING bool_and(mine)
     AND coalesce(count(*) + (SELECT of_show FROM before) <= %(most_tickets)s::int, true)
     AND coalesce(count(*) + (SELECT of_all FROM before) <= %(most_unverified)s::int, true)
     AND count(*) = coalesce((SELECT cardinality(labels) FROM wish), count(*))
     AND sum(price) = coalesce(%(total)s::numeric, sum(price))
  RETURNING id
), tickets AS (                         -- gen_random_uuid() draws 122 bits from a CSPRNG
  INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, price, status)
  SELECT booked.id, j.id, encode(uuid_send(gen_random_uuid()), 'hex'),
         j.label, j.category, j.price, 'valid'
  FROM booked, judged j WHERE j.wanted ORDER BY j.id
), taken AS (
  UPDATE shows_seat seat
  SET status = CASE WHEN j.wanted THEN 'booked' ELSE 'available' END, held_by_id = NULL, held_since = NULL, held_until = NULL
  FROM booked, judged j WHERE seat.id = j.id
), chain_over AS (
  DELETE FROM shows_holdchain USING booked WHERE user_id = %(user)s AND show_id = %(show)s
)
SELECT (SELECT count(*) FROM on_sale) > 0 AS is_on_sale, booked.id, before.of_show, before.of_all,
       j.label, j.price, j.mine
FROM before LEFT JOIN booked ON true LEFT JOIN judged j ON j.wanted ORDER BY j.id
