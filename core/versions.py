"""Versions of rows, so that nobody undoes a change that they have not seen (RFC 9110, 13.1.1)."""

from collections.abc import Collection
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson
from django.db.models import Model

from core.failures import Failure


class PreconditionFailed(Failure):
    """It was changed by somebody else after you read it; nothing of yours was written."""

    status = 412
    code = "precondition_failed"
    title = "It has been changed since you read it"
    remedy = "Read it again, and repeat your change if it still makes sense."


def version_of(row: Model, *, columns: Collection[str] = ()) -> str:
    """Return a hash of the row's stored columns, or of those named; it changes with any of them.

    A row that consists of more than its columns names that, too, in `also_versioned`.
    """
    names = columns or [
        *(field.attname for field in row._meta.concrete_fields),
        *getattr(row, "also_versioned", ()),
    ]
    values = [getattr(row, name) for name in names]
    text = orjson.dumps(values, default=_plain, option=orjson.OPT_SORT_KEYS)
    return sha256(text).hexdigest()[:24]


def require_version(
    row: Model, expected: Collection[str] | None, *, columns: Collection[str] = ()
) -> None:
    """Raise PreconditionFailed unless the row is in one of the versions; None is any.

    Call it with a row that is locked, in the transaction that changes it.
    """
    if expected is not None and version_of(row, columns=columns) not in expected:
        raise PreconditionFailed


def _plain(value: Any) -> str:
    """Return one spelling of equal amounts, such as 1.5 and 1.50."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
