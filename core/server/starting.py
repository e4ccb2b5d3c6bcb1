"""What a server asks before it serves, and refuses to start for."""

import logging

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db import OperationalError, ProgrammingError, connection

from core.postgres.refusals import is_final, refusal

logger = logging.getLogger(__name__)


def refuse_missing_files() -> None:
    """Exit if production has no static files: pages would have no styles and no scripts."""
    if isinstance(staticfiles_storage, ManifestFilesMixin) and not staticfiles_storage.hashed_files:
        raise SystemExit(
            "MovieBooking does not start: its static files are missing; make them by "
            "`python manage.py collectstatic --no-input`"
        )


def refuse_closed_database() -> None:
    """Exit if the database refuses access for good; one that is away is only logged."""
    try:
        connection.ensure_connection()
    except (OperationalError, ProgrammingError) as error:
        sentence = refusal(error, connection.settings_dict)
        if is_final(error):
            raise SystemExit(f"MovieBooking does not start: {sentence}") from None
        logger.warning("The database is away, requests get 503 until it is back: %s", sentence)
    finally:
        connection.close()
