"""Excludes cases that schemathesis need not try."""

from typing import Any

import schemathesis

AMOUNTS = {"price", "total", "standard", "premium", "recliner", "wheelchair"}


@schemathesis.hook
def filter_case(_: Any, case: Any) -> bool:
    """Excludes empty parameters, which count as absent, and two kinds of numbers.

    3.0 is an integer in JSON Schema but not here, so that no amount is a float; and a whole amount
    may be an integer, which the schema says only in a description.
    """
    return not (
        "" in (case.query or {}).values()
        or _has_whole_float(case.body)
        or _has_integer_amount(case.body)
    )


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
