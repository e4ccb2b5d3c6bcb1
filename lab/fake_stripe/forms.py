"""Stripe's form encoding: `metadata[payment]=5&line_items[0][quantity]=1`."""

import re
from typing import Any
from urllib.parse import parse_qsl

PART = re.compile(r"[^\[\]]+")


def parse(text: str) -> dict[str, Any]:
    """Return the nested parameters; all values are texts."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = PART.findall(name)
        place = found
        for part in path:
            place = place.setdefault(part, {})
        if name.endswith("[]"):
            last = str(len(place.setdefault(last, {})))
            place = place[PART.findall(name)[-1]]
        place[last] = value
    return {name: _lists(value) for name, value in found.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(each) for name, each in value.items()}
    return list(inner.values()) if inner and all(name.isdigit() for name in inner) else inner


def whole(params: dict[str, Any], name: str) -> int | None:
    """Return a parameter that is a whole number."""
    text = str(params.get(name, ""))
    return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else None
