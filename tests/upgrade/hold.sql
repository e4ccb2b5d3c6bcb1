WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), this_show AS MATERIALIZED (
  SELECT show.status = 'scheduled' AND show.starts_at > statement_timestamp() AS on_sale,
         theater.currency, theater.timezone,
         greatest(%(address_seats)s, %(address_share)s * show.rows * show.columns)
           * %(address_factor)s AS most_from_here
  FROM shows_show show
  JOIN theaters_screen screen ON screen.id = show.screen_id
  JOIN theaters_theater theater ON theater.id = screen.theater_id
  WHERE show.id = %(show)s
), elsewhere AS MATERIALIZED (
  SELECT array_agg(DISTINCT show_id) AS shows FROM shows_seat seat
  WHERE held_by_id = %(user)s AND seat.held_until > statement_timestamp() AND show_id <> %(show)s
), chain AS MATERIALIZED (
  SELECT began_at, quiet_from + %(lasts_at_most)s AS over_at FROM shows_holdchain
  WHERE user_id = %(user)s AND show_id = %(show)s
    AND quiet_from + %(lasts_at_most)s > statement_timestamp()
), neighbours AS MATERIALIZED (
  SELECT coalesce(sum(seats) FILTER (WHERE address = %(address)s), 0) AS here,
         coalesce(sum(seats), 0) AS around
  FROM shows_holdchain
  WHERE show_id = %(show)s AND network = nullif(%(network)s, '') AND user_id <> %(user)s
    AND quiet_from > statement_timestamp()
), judged AS MATERIALIZED (             -- every row that may change, locked in id order
  SELECT id, label, category, price, label = ANY((SELECT labels FROM wish)::text[]) AS wanted,
         held_by_id, held_since, seat.held_until > statement_timestamp() AS live, (seat.status = 'selected' AND seat.held_by_id = %(user)s OR (seat.status = 'available' OR seat.status = 'selected' AND seat.held_until <= statement_timestamp())) AS free_for_me
  FROM shows_seat seat
  WHERE show_id = %(show)s
    AND (label = ANY((SELECT labels FROM wish)::text[]) OR held_by_id = %(user)s)
  ORDER BY id FOR UPDATE
), asked AS MATERIALIZED (
  SELECT count(*) FILTER (WHERE wanted) = (SELECT cardinality(labels) FROM wish)
           AND bool_and(free_for_me) FILTER (WHERE wanted) AS are_free,
         CASE WHEN %(sells)s THEN statement_timestamp() ELSE coalesce(
           least((SELECT began_at FROM chain),
                 min(held_since) FILTER (WHERE held_by_id = %(user)s AND live)),
           statement_timestamp()) END AS since
  FROM judged
), verdict AS MATERIALIZED (
  SELECT since, least(statement_timestamp() + %(lasts)s, since + %(lasts_at_most)s) AS until,
         since + %(lasts_at_most)s <= statement_timestamp() AS is_exhausted,
         are_free AND on_sale AND since + %(lasts_at_most)s > statement_timestamp()
           AND (%(sells)s OR (coalesce(cardinality(shows), 0) < %(most_shows)s
             AND here + (SELECT cardinality(labels) FROM wish) <= most_from_here
             AND around + (SELECT cardinality(labels) FROM wish)
                 <= most_from_here * %(network_factor)s
           )) AS granted
  FROM asked, this_show, elsewhere, neighbours
), changed AS (
  UPDATE shows_seat seat SET
    status     = CASE WHEN j.wanted THEN 'selected' ELSE 'available' END,
    held_by_id = CASE WHEN j.wanted THEN %(user)s::bigint END,
    held_since = CASE WHEN j.wanted THEN v.since END,
    held_until = CASE WHEN j.wanted THEN v.until END
  FROM judged j, verdict v
  WHERE seat.id = j.id AND v.granted AND (j.wanted OR j.held_by_id = %(user)s)
  RETURNING seat.id, seat.held_until
), remembered AS (
  INSERT INTO shows_holdchain (user_id, show_id, began_at, quiet_from, seats, address, network)
  SELECT %(user)s, %(show)s, since, until, (SELECT cardinality(labels) FROM wish), %(address)s,
         %(network)s
  FROM verdict WHERE granted AND NOT %(sells)s
  ON CONFLICT (user_id, show_id) DO UPDATE SET
    began_at = excluded.began_at, quiet_from = excluded.quiet_from, seats = excluded.seats,
    address = excluded.address, network = excluded.network
)
SELECT s.on_sale, s.currency, s.timezone, CASE WHEN v.granted THEN NULL ELSE e.shows END,
       v.is_exhausted, (SELECT over_at FROM chain),
       j.label, j.category, j.price, j.free_for_me,
       c.held_until, floor(extract(epoch FROM c.held_until - statement_timestamp()))::int
FROM this_show s CROSS JOIN elsewhere e CROSS JOIN verdict v
LEFT JOIN judged j ON j.wanted LEFT JOIN changed c ON c.id = j.id
ORDER BY j.id
