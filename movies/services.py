"""What can be done with movies."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.failures import InUse, NotFound
from core.versions import require_version
from movies.models import Movie


def _locked(movie_id: int) -> Movie:
    """The movie, which nobody else changes until the end; shows of it can be made meanwhile."""
    movie = Movie.objects.select_for_update(no_key=True).filter(pk=movie_id).first()
    if movie is None:
        raise NotFound
    return movie


@transaction.atomic
def change_movie(
    *, movie_id: int, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Movie:
    """Sets the fields that are given, and no others.

    Raises PreconditionFailed unless the movie is in a version that is `expected`.
    """
    movie = _locked(movie_id)
    require_version(movie, expected)
    for name, value in changes.items():
        setattr(movie, name, value)
    movie.save(update_fields=changes)
    return movie


def delete_movie(*, movie: Movie, expected: Collection[str] | None = None) -> None:
    """Raises InUse while there are shows of it, also one that is being made right now;
    PreconditionFailed."""
    try:
        with transaction.atomic():
            movie = _locked(movie.pk)
            require_version(movie, expected)
            movie.delete()
    except (ProtectedError, IntegrityError):
        raise InUse(
            "There are shows of this movie. Those never booked can be deleted first; with any "
            "other it stays for the books."
        ) from None
