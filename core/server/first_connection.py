"""Whether the database lets this program in, asked once at the start of what serves."""

import logging

from django.db import OperationalError, ProgrammingError, connection

from core.postgres.refusals import is_final, refusal

logger = logging.getLogger(__name__)


def refuse_closed_database() -> None:
    """Ends a start that could never serve; a database that is away now is only told of."""
    try:
        connection.ensure_connection()
    except (OperationalError, ProgrammingError) as error:
        sentence = refusal(error, connection.settings_dict)
        if is_final(error):
            raise SystemExit(f"MovieBooking does not start: {sentence}") from None
        logger.warning("The database is away, requests get 503 until it is back: %s", sentence)
    finally:
        connection.close()
