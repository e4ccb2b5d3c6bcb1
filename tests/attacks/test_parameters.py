"""Unknown parameters are refused instead of ignored."""

from collections import defaultdict
from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from tests.problems import problem

pytestmark = pytest.mark.django_db


@cache
def operations() -> list[tuple[str, str, frozenset[str]]]:
    """Yields each operation: method, path with some ids, names of its query parameters."""
    schema: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        (
            method.upper(),
            path.format_map(defaultdict(lambda: "1", code="not_found")),
            frozenset(p["name"] for p in operation.get("parameters", []) if p["in"] == "query"),
        )
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _ask(client: APIClient, method: str, path: str, query: str) -> Any:
    return client.generic(method, path, "", QUERY_STRING=query)


@pytest.mark.parametrize("query", ["nonsense=1", "nonsense", "=", "page%5B%5D=1", "a" * 3000])
def test_no_operation_takes_what_it_does_not_know(anyone: APIClient, query: str) -> None:
    assert len(operations()) > 50
    for method, path, _ in operations():
        said = problem(_ask(anyone, method, path, query), 400, "unknown_parameter")
        assert len(said["errors"][0]["field"]) <= 50
        assert len(said["detail"]) < 300


def test_every_operation_takes_what_it_knows_once(anyone: APIClient) -> None:
    for method, path, known in operations():
        others = {name: next((f"{o}=" for o in known if o != name), "") for name in known}
        for name in known:
            for empty in (f"{name}=", f"{others[name]}&{name}="):
                answer = _ask(anyone, method, path, empty)
                assert b"unknown_parameter" not in answer.content, (method, path, name)
            said = problem(_ask(anyone, method, path, f"{name}=1&{name}=1"), 400)
            assert said["code"] == "unknown_parameter"
            assert "2 times" in said["detail"]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_asking_for_less_than_the_answer_takes_the_same(anyone: APIClient, method: str) -> None:
    for reading, path, known in operations():
        if reading == "GET" and path.startswith("/api/v1/"):
            assert _ask(anyone, method, path, "nonsense=1").status_code == 400, path
            query = "&".join(f"{name}=" for name in known)
            assert _ask(anyone, method, path, query).status_code in {200, 401, 404}, path


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("shows/?theatre=5", "Did you mean `theater`?"),
        ("movies/?serach=x", "Did you mean `search`?"),
        ("theaters/?town=x", "It takes city, ordering, owner, page, page_size, search."),
        ("movies/1/?search=x", "It takes none."),
    ],
)
def test_the_nearest_name_is_said(anyone: APIClient, path: str, says: str) -> None:
    said = problem(anyone.get(f"/api/v1/{path}"), 400, "unknown_parameter")
    assert says in said["detail"]
    assert said["errors"][0]["field"] == path.partition("?")[2].partition("=")[0]


def test_all_that_is_wrong_is_said_but_not_endlessly(anyone: APIClient) -> None:
    query = "&".join(f"n{i}=1" for i in range(500))
    said = problem(anyone.get("/api/v1/movies/", QUERY_STRING=query), 400, "unknown_parameter")
    assert [row["field"] for row in said["errors"]] == [f"n{i}" for i in range(10)]
    problem(anyone.get("/api/v1/movies/", QUERY_STRING="a=&" * 1001), 400, "bad_request")


def test_a_method_that_is_not_there_is_refused_as_such(anyone: APIClient) -> None:
    problem(anyone.put("/api/v1/movies/?nonsense=1"), 405)
    problem(anyone.get("/api/v1/nothing/?nonsense=1"), 404)


def test_pages_for_people_take_what_others_hang_on_to_their_links(anyone: APIClient) -> None:
    assert anyone.get("/api/v1/docs/?utm_source=mail").status_code == 200
