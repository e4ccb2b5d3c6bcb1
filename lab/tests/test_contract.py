"""A change of the schema that breaks clients is noticed; one that adds needs a line."""

from copy import deepcopy
from typing import Any

import pytest

from lab.contract.changelog import unlisted
from lab.contract.comparing import ADDED, Change, changes

SEAT: Any = {
    "type": "object",
    "required": ["label", "status"],
    "properties": {
        "label": {"type": "string", "pattern": "^[A-Z]"},
        "status": {"type": "string", "enum": ["free", "sold"]},
        "left": {"type": "integer", "format": "int64"},
    },
}
WISH: Any = {
    "type": "object",
    "required": ["seats"],
    "properties": {
        "seats": {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 4}},
        "kind": {"type": "string", "enum": ["adult", "child"]},
    },
}
PROBLEM: Any = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}


def reference(name: str) -> Any:
    return {"$ref": f"#/components/schemas/{name}"}


def content(shape: Any) -> Any:
    return {"application/json": {"schema": shape}}


BOOK: Any = {
    "operationId": "book",
    "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}],
    "requestBody": {"content": content(reference("Wish"))},
    "responses": {
        "200": {"headers": {"ETag": {}}, "content": content(reference("Seat"))},
        "409": {"content": content({"anyOf": [reference("TakenProblem"), reference("Problem")]})},
    },
}
SCHEMA: Any = {
    "paths": {"/book/": {"post": BOOK, "get": {"operationId": "see", "responses": {}}}},
    "components": {
        "schemas": {"Seat": SEAT, "Wish": WISH, "TakenProblem": PROBLEM, "Problem": PROBLEM}
    },
}
SHAPES = "components schemas"
POST = "paths /book/ post"
SEATS = f"{SHAPES} Wish properties seats"
BREAKS: list[tuple[str, Any]] = [
    ("paths /book/ get", None),
    (f"{POST} operationId", "buy"),
    (f"{POST} security", [{"token": []}]),
    (f"{POST} parameters", []),
    (f"{POST} parameters 0 required", True),
    (f"{POST} parameters 0 schema type", "string"),
    (f"{POST} parameters 0 schema minimum", 2),
    (f"{POST} parameters 0 schema maximum", 9),
    (f"{POST} parameters 1", {"name": "size", "in": "query", "required": True, "schema": {}}),
    (f"{POST} requestBody required", True),
    (f"{POST} responses 409", None),
    (f"{POST} responses 200 headers ETag", None),
    (f"{POST} responses 200 content application/json", None),
    (f"{POST} responses 409 content application/json schema anyOf 0", None),
    (f"{SHAPES} Seat properties left", None),
    (f"{SHAPES} Seat properties left type", ["integer", "null"]),
    (f"{SHAPES} Seat properties left format", "int32"),
    (f"{SHAPES} Seat properties label pattern", "^[a-z]"),
    (f"{SHAPES} Seat properties status enum", ["free"]),
    (f"{SHAPES} Seat properties status enum", None),
    (f"{SHAPES} Seat required", ["label"]),
    (f"{SHAPES} TakenProblem properties code", None),
    (f"{SHAPES} Wish required", ["seats", "kind"]),
    (f"{SHAPES} Wish properties kind", None),
    (f"{SHAPES} Wish properties kind enum", ["adult"]),
    (f"{SEATS} maxItems", 9),
    (f"{SEATS} minItems", 1),
    (f"{SEATS} items maxLength", 3),
    (f"{SEATS} items pattern", "^[A-Z]"),
    (f"{SEATS} items enum", ["A1"]),
]
ADDS = [
    ("paths /hold/", {"put": {"operationId": "hold", "responses": {}}}, "operation", "hold"),
    (f"{POST} parameters 1", {"name": "size", "in": "query", "schema": {}}, "parameter", "size"),
    (f"{POST} responses 304", {}, "status", "304"),
    (f"{POST} responses 200 headers Age", {}, "header", "Age"),
    (f"{SHAPES} Seat properties row", {"type": "string"}, "member of an answer", "row"),
    (f"{SHAPES} Wish properties note", {"type": "string"}, "member of a request", "note"),
    (f"{SHAPES} Seat properties status enum 2", "held", "value in an answer", "held"),
    (f"{SHAPES} Wish properties kind enum 2", "senior", "value in a request", "senior"),
    (
        f"{POST} responses 409 content application/json schema anyOf 2",
        reference("TooLateProblem"),
        "alternative in an answer",
        "too_late",
    ),
]
WIDER = [
    (f"{POST} parameters 0 schema minimum", 0),
    (f"{SEATS} maxItems", 11),
    (f"{SEATS} items maxLength", None),
    (f"{SEATS} items type", ["string", "null"]),
    (f"{SHAPES} Wish required", []),
    (f"{SHAPES} Wish properties kind enum", None),
    (f"{SHAPES} Seat required", ["label", "status", "left"]),
]


def changed(place: str, value: Any) -> list[Change]:
    """The differences when the value is at that place; None takes away what is there."""
    new = deepcopy(SCHEMA)
    *steps, last = [int(step) if step in "012" else step for step in place.split()]
    part: Any = new
    for step in steps:
        part = part[step]
    if value is None:
        del part[last]
    elif isinstance(part, list):
        part.insert(int(last), value)
    else:
        part[last] = value
    return changes(SCHEMA, new)


def test_the_same_is_no_change() -> None:
    assert changes(SCHEMA, deepcopy(SCHEMA)) == []


@pytest.mark.parametrize(("place", "value"), BREAKS)
def test_what_breaks_clients_is_noticed(place: str, value: Any) -> None:
    assert [each for each in changed(place, value) if each.rule is None]


@pytest.mark.parametrize(("place", "value", "rule", "name"), ADDS)
def test_what_is_added_needs_a_line(place: str, value: Any, rule: str, name: str) -> None:
    (found,) = changed(place, value)
    assert (found.rule, found.name) == (rule, name)
    newest = "## 0.2.0\n\n- New: `{}`.\n\n## 0.1.0\n\n- `{}`"
    assert unlisted([found], newest.format("nothing", name)) == [found]
    assert unlisted([found], newest.format(f"a={name}", "nothing")) == []


def test_every_rule_is_tried() -> None:
    assert {rule for *_, rule, _ in ADDS} == ADDED.keys()


@pytest.mark.parametrize(("place", "value"), WIDER)
def test_what_takes_more_or_promises_more_is_no_change(place: str, value: Any) -> None:
    assert changed(place, value) == []
