"""What is not free in the shows that somebody watches, by one query."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from shows.seats import FREE

# As in the seat map: what is kept until it is paid is selected. Free seats are left out.
TAKEN = f"""
SELECT show.id, coalesce((
  SELECT string_agg(seat.label || CASE seat.status WHEN 'booked' THEN 'b' WHEN 'blocked' THEN 'x'
                                                   ELSE 's' END, ' ' ORDER BY seat.id)
  FROM shows_seat seat WHERE seat.show_id = show.id AND NOT {FREE}), '')
FROM shows_show show WHERE show.id = ANY(%s::bigint[])
"""  # noqa: S608
PATIENCE = timedelta(seconds=2)


async def connected() -> psycopg.AsyncConnection[Any]:
    """Returns a connection to the database of the settings, which waits for nothing for long."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
    place = {name: parameters[name] for name in names if parameters.get(name)}
    limit = int(PATIENCE.total_seconds() * 1000)
    made: psycopg.AsyncConnection[Any] = await psycopg.AsyncConnection.connect(
        **place,
        autocommit=True,
        connect_timeout=int(PATIENCE.total_seconds()),
        application_name="moviebooking live",
        options=f"-c statement_timeout={limit}",
        prepare_threshold=5 if settings.PREPARED_STATEMENTS else None,
    )
    return made


async def taken(database: psycopg.AsyncConnection[Any], shows: Collection[int]) -> dict[int, str]:
    """Returns for each of these shows that exists its seats that are not free, in a line of words
    such as `A3b`: the label, and b for booked, s for selected, x for blocked."""
    cursor = await database.execute(TAKEN, [list(shows)])
    return dict(await cursor.fetchall())


def letters(line: str) -> dict[str, str]:
    """Returns the letter of each seat in such a line."""
    return {word[:-1]: word[-1] for word in line.split()}
