"""The OpenAPI schema is one to work from: whole, in order, and its examples are true to it."""

import re
from collections.abc import Iterator
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
