"""Answers and examples against the schema, strictly: formats on, no member that is not named, and
a problem as one of those that are listed rather than as the fallback."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

FORMATS = FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).utcoffset() is not None


@FORMATS.checks("uri")
def _is_address(text: object) -> bool:
    return not isinstance(text, str) or text.startswith(("http://", "https://"))


def generated() -> Any:
    """The schema as it is published."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def strict(schema: Any) -> Any:
    """A copy in which objects are closed, and a union of problems is of those that are listed."""
    whole = deepcopy(schema)
    for part in parts(whole):
        if "properties" in part and part.get("type") == "object":
            part.setdefault("additionalProperties", False)
        if "anyOf" in part:
            assert part["anyOf"].pop() == {"$ref": "#/components/schemas/Problem"}
    return whole


def parts(part: Any) -> Iterator[dict[str, Any]]:
    """Every object within, but for values that are shown."""
    if isinstance(part, dict):
        yield part
        for name, value in part.items():
            if name not in ("example", "examples"):
                yield from parts(value)
    elif isinstance(part, list):
        for each in part:
            yield from parts(each)


def operations(schema: Any) -> dict[str, Any]:
    """The operations by their names."""
    found = [operation for path in schema["paths"].values() for operation in path.values()]
    return {operation["operationId"]: operation for operation in found}


def resolved(schema: Any, part: Any) -> Any:
    """What a reference leads to."""
    while "$ref" in part:
        found = schema
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def faults(schema: Any, shape: Any, value: Any) -> list[str]:
    """Where the value is not what the shape says, and how."""
    whole = {**shape, "components": schema["components"]}
    validator = Draft202012Validator(whole, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
