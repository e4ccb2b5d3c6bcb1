"""The OpenAPI schema is one to work from: whole, in order, and its examples are true to it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

from core.failures import Failure

OPTIONS: dict[str, Any] = settings.SPECTACULAR_SETTINGS
TAGS = [tag["name"] for tag in OPTIONS["TAGS"]]


@pytest.fixture(scope="module")
def schema() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def operations(schema: Any) -> dict[str, Any]:
    found = [operation for path in schema["paths"].values() for operation in path.values()]
    return {operation["operationId"]: operation for operation in found}


def _in_json(body: Any) -> Iterator[tuple[Any, Any]]:
    """Each media type that holds JSON, as its schema and its examples' values."""
    for media_type, content in body.get("content", {}).items():
        if "json" in media_type:
            alone = [{"value": content["example"]}] if "example" in content else []
            yield content["schema"], [*content.get("examples", {}).values(), *alone]


def test_every_operation_says_what_it_does(operations: dict[str, Any]) -> None:
    for name, operation in operations.items():
        assert operation["tags"][0] in TAGS, name
        assert 5 <= len(operation["summary"]) <= 50, name
        assert not operation["summary"].endswith("."), name
        assert set(operation["responses"]) >= {"500"}, name


def test_every_list_says_how_it_is_ordered_and_paged(operations: dict[str, Any]) -> None:
    asked = {
        name: {
            parameter["name"]: parameter["description"]
            for parameter in operation["parameters"]
            if parameter["name"] in {"ordering", "page_size"}
        }
        for name, operation in operations.items()
        if name.startswith("list_")
    }
    assert len(asked) >= 8
    for name, said in asked.items():
        assert "At most 100" in said["page_size"], name
        assert re.match("By `[a-z_]+`", said["ordering"]), name


def test_every_body_has_an_example_that_fits(schema: Any, operations: dict[str, Any]) -> None:
    for name, operation in operations.items():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            resolved = _resolved(schema, body)
            for shape, shown in _in_json(resolved):
                assert shown or name == "schema", f"{name}: {shape} has no example"
                for each in shown:
                    _check(schema, shape, _resolved(schema, each)["value"], name)


def _resolved(schema: Any, part: Any) -> Any:
    while "$ref" in part:
        found = schema
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _check(schema: Any, shape: Any, value: Any, name: str) -> None:
    whole = {**shape, "components": schema["components"]}
    errors = list(Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value))
    assert not errors, f"{name}: {errors[0].message}"


def test_every_code_of_the_docs_is_shown_by_an_operation(schema: Any) -> None:
    from_the_server = {"address_too_long", "headers_too_large"}
    apart = from_the_server | {"method_not_allowed", "account_gone"}
    assert Failure.by_code.keys() - schema["components"]["examples"].keys() <= apart


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    """Every object within, but for values that are shown."""
    if isinstance(part, dict):
        yield part
        for name, value in part.items():
            if name not in ("example", "examples"):
                yield from _parts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _parts(each)


def test_a_value_is_of_one_type_or_null(schema: Any) -> None:
    """A generator makes an empty class, or none, of a value that is of either of two types."""
    for part in _parts(schema):
        kind = part.get("type")
        assert not isinstance(kind, list) or kind[1:] == ["null"], part
        assert not part.keys() & {"oneOf", "allOf"}, part
        assert "anyOf" not in part or "discriminator" in part, part


def test_every_id_has_one_form(schema: Any) -> None:
    ids = {"id", "movie", "theater", "screen", "show", "owner"}
    forms = [
        form
        for part in _parts(schema)
        for name, form in part.get("properties", {}).items()
        if name in ids and "$ref" not in form
    ]
    places = [part for part in _parts(schema) if part.get("in") and part["name"] in ids - {"owner"}]
    assert len(forms) > 15
    assert len(places) > 15
    for form in [*forms, *(place["schema"] for place in places)]:
        assert {"type": "integer", "format": "int64", "minimum": 1}.items() <= form.items()


def test_the_version_is_that_of_the_program(schema: Any) -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert schema["info"]["version"] == project["project"]["version"]
