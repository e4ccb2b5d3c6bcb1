"""Excludes cases that schemathesis need not try."""

import re
from datetime import datetime
from typing import Any

import schemathesis

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?", re.IGNORECASE)
AMOUNTS = {"price", "total", "standard", "premium", "recliner", "wheelchair"}


@schemathesis.hook
def filter_case(_: Any, case: Any) -> bool:
    """Excludes empty parameters, which count as absent, times that no calendar has, and two kinds
    of numbers.

    The schema's pattern of a time allows a month 13, and the 31st of each month. 3.0 is an integer
    in JSON Schema but not here, so that no amount is a float; and a whole amount may be an integer,
    which the schema says only in a description.
    """
    return not (
        "" in (case.query or {}).values()
        or any(_is_no_time(case.query[name]) for name in {"from", "to"} & {*(case.query or ())})
        or _has_whole_float(case.body)
        or _has_integer_amount(case.body)
    )


def _is_no_time(text: Any) -> bool:
    """Whether it looks like a day or a time and is none."""
    if not MOMENT.fullmatch(str(text)):
        return False
    try:
        return not 1 < datetime.fromisoformat(str(text).upper().replace(" ", "+")).year < 9999
    except ValueError:
        return True


def _has_integer_amount(value: Any) -> bool:
    if isinstance(value, dict):
        found = [isinstance(value[name], int) for name in AMOUNTS & value.keys()]
        return any(found) or any(map(_has_integer_amount, value.values()))
    return False


def _has_whole_float(value: Any) -> bool:
    if isinstance(value, dict | list):
        members = value.values() if isinstance(value, dict) else value
        return any(_has_whole_float(member) for member in members)
    return isinstance(value, float) and value.is_integer()
