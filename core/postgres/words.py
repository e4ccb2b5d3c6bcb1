"""Search in the admin: every word must be found, in any order, whatever its case and accents."""

import re
import unicodedata
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Q, QuerySet, Value

from core.postgres.search import Folded

Rows = TypeVar("Rows", bound=QuerySet[Any])
LONGEST = 200
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def tidy(term: str) -> str:
    """Return the term without blanks and marks that were pasted along."""
    seen = UNSEEN.sub("", unicodedata.normalize("NFC", term[:LONGEST]))
    return " ".join(seen.split())


def with_words(rows: Rows, term: str, columns: Sequence[str]) -> Rows:
    """Return the rows in which each word of the term is part of one of the columns."""
    names = {f"folded_{place}": Folded(column) for place, column in enumerate(columns)}
    found: Any = rows.alias(**names)
    for word in set(term.split()):
        wanted = Folded(Value(word))
        found = found.filter(reduce(or_, (Q(**{f"{name}__contains": wanted}) for name in names)))
    return found  # type: ignore[no-any-return]
