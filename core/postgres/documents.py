"""Documents: what clients see, each described once.

A description says of every field which SQL gives its value, what JSON it is, and shows an example.
From it come the columns of a statement, the function that makes documents of its rows, and (in
core.openapi.documents) the schema.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

Shape = dict[str, Any]
Column = Callable[[str], str]
Choices = Sequence[str | tuple[str, str]]
Fields = Mapping[str, "Field | Document | Many"]

ID: Shape = {"type": "integer", "format": "int64", "minimum": 1}
NAMED: dict[str, Shape] = {}
KNOWN = {
    "fromtimestamp": datetime.fromtimestamp,
    "ZoneInfo": ZoneInfo,
    "Fragment": orjson.Fragment,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A value: its JSON Schema and an example, the SQL for it, and the Python that makes it of
    what PostgreSQL gives for that. One without SQL is given by who makes the document. A text with
    `choices` is one of them."""

    shape: Shape
    example: Any
    sql: Sequence[str] = ()
    python: str = "{}"
    choices: Choices = ()

    def source(self, name: str, column: Column) -> str:
        return self.python.format(*map(column, self.sql)) if self.sql else f"given[{name!r}]"


@dataclass(frozen=True, slots=True)
class Document:
    """An object with these fields, some of which may be documents; `name` is for the schema."""

    name: str
    fields: Fields

    @property
    def example(self) -> dict[str, Any]:
        return {name: field.example for name, field in self.fields.items()}

    def source(self, _: str, column: Column) -> str:
        members = (f"{name!r}: {each.source(name, column)}" for name, each in self.fields.items())
        return f"{{{', '.join(members)}}}"


@dataclass(frozen=True, slots=True)
class Many:
    """A list of documents: one of each row, or of each row of a source of their own, which is
    what stands after FROM."""

    document: Document
    example: list[Any]
    of: str = ""

    def source(self, name: str, column: Column) -> str:
        if self.of:
            return f"Fragment({column(self._json())})"
        return f"[{self.document.source(name, column)} for row in rows]"

    def _json(self) -> str:
        fields: Mapping[str, Any] = self.document.fields
        columns = ", ".join(f'{field.sql[0]} AS "{name}"' for name, field in fields.items())
        each = f"SELECT row_to_json(it)::text FROM (SELECT {columns} FROM {self.of}) it"  # noqa: S608  # nosec B608
        return f"'[' || array_to_string(ARRAY({each}), ',') || ']'"


class Rows:
    """How a statement's rows become a document: it selects `columns` first.

    The function is written once as one display of dicts and indexes: as fast as one by hand.
    """

    def __init__(self, document: Document) -> None:
        found: dict[str, str] = {}

        def column(sql: str) -> str:
            return found.setdefault(sql, f"row[{len(found)}]")

        each = document.source("", column)
        source = f"lambda some, rows, given: [{each} for row in some]"
        self._make = eval(source, KNOWN)  # of descriptions only  # noqa: S307  # nosec B307
        self.columns = ", ".join(found)

    def documents(self, rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """One of each row, for orjson."""
        made: list[dict[str, Any]] = self._make(rows, rows, {})
        return made

    def document(self, rows: Sequence[tuple[Any, ...]], **given: Any) -> dict[str, Any]:
        """One of all rows, for orjson."""
        made: dict[str, Any] = self._make(rows[:1], rows, given)[0]
        return made


def named(name: str, shape: Shape) -> Shape:
    """A reference to the shape, which the schema has once, under this name."""
    NAMED[name] = shape
    return {"$ref": f"#/components/schemas/{name}"}


def text(sql: str = "", *, example: str, **more: Any) -> Field:
    """A string; `more` of JSON Schema."""
    return Field({"type": "string", **more}, example, _given(sql))


def integer(sql: str = "", *, example: int, **more: Any) -> Field:
    """A whole number; `more` of JSON Schema."""
    return Field({"type": "integer", **more}, example, _given(sql))


def identifier(sql: str = "", *, example: int) -> Field:
    """The id of something."""
    return Field(ID, example, _given(sql))


def one_of(choices: Choices, sql: str, *, example: str) -> Field:
    """One of these texts, which may have labels."""
    return Field({}, example, _given(sql), choices=choices)


def money_shape(digits: int = 6) -> Shape:
    """An amount with up to so many digits before the point."""
    return {
        "type": "string",
        "pattern": rf"^[0-9]{{1,{digits}}}\.[0-9]{{2}}$",
        "example": "250.00",
    }


def money(sql: str = "", *, example: str, digits: int = 6, **more: Any) -> Field:
    """An amount as a decimal string."""
    return Field({**money_shape(digits), **more}, example, _given(sql and f"{sql}::text"))


def moment(sql: str = "", zone: str = "", *, example: str, **more: Any) -> Field:
    """A time with the offset of a zone. It comes as seconds since 1970: a float costs a tenth of
    what psycopg takes for a moment."""
    seconds = sql and f"extract(epoch FROM {sql})::float8"
    made = "fromtimestamp({}, ZoneInfo({}))"
    return Field(
        {"type": "string", "format": "date-time", **more}, example, _given(seconds, zone), made
    )


def moment_or_none(sql: str = "", zone: str = "", *, example: str, **more: Any) -> Field:
    """A time that may be missing."""
    field = moment(sql, zone, example=example, **more)
    shape = {**field.shape, "type": ["string", "null"]}
    made = "fromtimestamp({0}, ZoneInfo({1})) if {0} is not None else None"
    return replace(field, shape=shape, python=made)


def _given(*sql: str) -> Sequence[str]:
    return [each for each in sql if each]
