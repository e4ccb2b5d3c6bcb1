"""Changing and deleting movies."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from core.failures import InUse, NotFound
from core.versions import require_version
from movies.models import Movie


def _locked(movie_id: int) -> Movie:
    """Locks the movie against changes until the transaction ends; shows of it can still be made."""
    movie = Movie.objects.select_for_update(no_key=True).filter(pk=movie_id).first()
    if movie is None:
        raise NotFound
    return movie


@transaction.atomic
def change_movie(
    *, movie_id: int, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Movie:
    """Changes the given fields.

    Raises NotFound, or PreconditionFailed unless the movie's version is one of the `expected`.
    """
    movie = _locked(movie_id)
    require_version(movie, expected)
    for name, value in changes.items():
        setattr(movie, name, value)
    movie.save(update_fields=changes)
    return movie


def delete_movie(*, movie: Movie, expected: Collection[str] | None = None) -> None:
    """Deletes the movie. Raises PreconditionFailed, or InUse if it has shows, including one that is
    being made right now."""
    try:
        with transaction.atomic():
            movie = _locked(movie.pk)
            require_version(movie, expected)
            movie.delete()
    except IntegrityError:  # ProtectedError is one
        raise InUse(
            "This movie has shows. Shows that were never booked can be deleted first; those that "
            "were booked are kept for accounting, and their movie with them."
        ) from None
