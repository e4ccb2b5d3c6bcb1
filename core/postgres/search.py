"""Search that forgives: case and accents are folded away, typos bridged by trigrams."""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import TrigramWordDistance
from django.db.models import CharField, Func, QuerySet, TextField, Transform, Value

Rows = TypeVar("Rows", bound=QuerySet[Any])


class Folded(Func):
    """A text in lower case and without accents; a list of texts after it is appended to it.

    The function of the database is immutable, so that indexes can be built on it.
    """

    function = "folded"
    output_field = TextField()


@CharField.register_lookup
class FoldedText(Transform):
    """`city__folded`: the column, folded, to be compared with another folded text."""

    lookup_name = "folded"
    function = "folded"
    output_field = TextField()


class FoldedItems(Func):
    """A list of texts, each folded."""

    function = "folded_items"
    output_field = ArrayField(TextField())


def find_similar(rows: Rows, query: str, text: Folded) -> Rows:
    """The rows with words like those of `query` in `text`, the most alike first.

    How alike they must be is `pg_trgm.word_similarity_threshold`, set with the connection.
    """
    folded: Any = Folded(Value(query))
    ordering: Any = rows.model._meta.ordering
    return (
        rows.alias(searched=text, distance=TrigramWordDistance(folded, text))
        .filter(searched__trigram_word_similar=folded)
        .order_by("distance", *ordering)
    )
