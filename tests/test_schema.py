"""The OpenAPI schema is complete and consistent, and its examples match it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core.failures import Failure
from tests import contract
from tests.contract import parts, resolved

OPTIONS: dict[str, Any] = settings.SPECTACULAR_SETTINGS
TAGS = [tag["name"] for tag in OPTIONS["TAGS"]]


@pytest.fixture(scope="module")
def schema() -> Any:
    return contract.generated()


@pytest.fixture(scope="module")
def operations(schema: Any) -> dict[str, Any]:
    return contract.operations(schema)


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


def test_every_body_has_an_example_that_fits(schema: Any) -> None:
    strict = contract.strict(schema)
    for name, operation in contract.operations(strict).items():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in (resolved(strict, body) for body in bodies):
            for shape, shown in _in_json(body):
                assert shown or name == "schema", f"{name}: {shape} has no example"
                for each in shown:
                    value = resolved(schema, each)["value"]
                    assert not contract.faults(strict, shape, value), name


def test_every_code_of_the_docs_is_shown_by_an_operation(schema: Any) -> None:
    from_the_server = {"address_too_long", "headers_too_large"}
    apart = from_the_server | {"method_not_allowed", "account_gone"}
    assert Failure.by_code.keys() - schema["components"]["examples"].keys() <= apart


def test_a_value_is_of_one_type_or_null(schema: Any) -> None:
    """A generator makes an empty class, or none, of a value that is of either of two types."""
    for part in parts(schema):
        kind = part.get("type")
        assert not isinstance(kind, list) or kind[1:] == ["null"], part
        assert not part.keys() & {"oneOf", "allOf"}, part
        assert all(each["$ref"].endswith("Problem") for each in part.get("anyOf", ())), part


def test_every_id_has_one_form(schema: Any) -> None:
    ids = {"id", "movie", "theater", "screen", "show", "owner"}
    forms = [
        form
        for part in parts(schema)
        for name, form in part.get("properties", {}).items()
        if name in ids and "$ref" not in form
    ]
    places = [part for part in parts(schema) if part.get("in") and part["name"] in ids - {"owner"}]
    assert len(forms) > 15
    assert len(places) > 15
    for form in [*forms, *(place["schema"] for place in places)]:
        assert form["type"] in ("integer", ["integer", "null"])
        assert (form["format"], form["minimum"]) == ("int64", 1)


def test_the_version_is_that_of_the_program(schema: Any) -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert schema["info"]["version"] == project["project"]["version"]


def test_a_refusal_is_one_of_the_problems_of_its_operation(
    schema: Any, operations: dict[str, Any]
) -> None:
    for name, operation in operations.items():
        for status, answer in operation["responses"].items():
            found = resolved(schema, answer).get("content", {}).get("application/problem+json")
            if found:
                *known, other = (resolved(schema, each) for each in found["schema"]["anyOf"])
                codes = [each["properties"]["code"]["enum"] for each in known]
                assert codes == [[each.split("_4")[0]] for each in found["examples"]], name
                assert "enum" not in other["properties"]["code"], (name, status)


def test_a_member_of_problems_is_the_same_in_all(schema: Any) -> None:
    """For the general problem has the members of all."""
    general = schema["components"]["schemas"]["Problem"]["properties"]
    for code, kind in Failure.by_code.items():
        for name, shape in kind.members.items():
            assert general[name] == shape, (code, name)
        shown = kind(**kind.example).document("")
        assert shown.keys() == general.keys() & shown.keys(), code
