"""What can be done with movies."""

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.errors import InUse
from movies.models import Movie


def delete_movie(*, movie: Movie) -> None:
    """Raises InUse while there are shows of it, also one that is being made right now."""
    try:
        with transaction.atomic():
            movie.delete()
    except (ProtectedError, IntegrityError):
        raise InUse(
            "There are shows of this movie. Those never booked can be deleted first; with any "
            "other it stays for the books."
        ) from None
