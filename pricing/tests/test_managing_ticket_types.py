"""An owner's ticket types."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from pricing.models import TicketType
from tests.api import As
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def olgas(as_: As, olga: User) -> APIClient:
    return as_(olga)


def add(client: APIClient, theater: Theater, **fields: Any) -> Any:
    return client.post(f"/api/v1/theaters/{theater.pk}/ticket-types/", fields)


def change(client: APIClient, row: TicketType, fields: Any, **headers: Any) -> Any:
    return client.patch(f"/api/v1/ticket-types/{row.pk}/", fields, **headers)


def test_a_type_is_as_it_is_unless_told_otherwise(olgas: APIClient, theater: Theater) -> None:
    answer = add(olgas, theater, name="Adult")
    assert answer.status_code == 201
    row = TicketType.objects.get()
    assert answer.json() == {
        "id": row.pk,
        "theater": theater.pk,
        "name": "Adult",
        "kind": "as_is",
        "value": "0.00",
        "categories": [],
        "at_most": None,
        "position": 0,
    }


def test_anybody_reads_types_by_position(
    anyone: APIClient, olgas: APIClient, theater: Theater
) -> None:
    add(olgas, theater, name="Child", kind="share", value="50", position=2, at_most=4)
    add(olgas, theater, name="Adult", position=1)
    page = anyone.get(f"/api/v1/theaters/{theater.pk}/ticket-types/")
    assert [each["name"] for each in page.json()["results"]] == ["Adult", "Child"]
    pk = TicketType.objects.get(name="Child").pk
    answer = anyone.get(f"/api/v1/ticket-types/{pk}/")
    assert (answer.json()["value"], answer.json()["at_most"]) == ("50.00", 4)
    again = anyone.get(f"/api/v1/ticket-types/{pk}/", HTTP_IF_NONE_MATCH=answer.headers["ETag"])
    assert again.status_code == 304
    problem(anyone.get("/api/v1/theaters/999999/ticket-types/"), 404, "not_found")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "share"}, "value_does_not_fit"),
        ({"kind": "share", "value": "100.01"}, "value_does_not_fit"),
        ({"value": "1"}, "value_does_not_fit"),
        ({"kind": "amount"}, "value_does_not_fit"),
        ({"kind": "amount", "value": "-1"}, "validation_failed"),
        ({"kind": "free"}, "validation_failed"),
        ({"categories": ["balcony"]}, "validation_failed"),
        ({"at_most": 0}, "validation_failed"),
    ],
)
def test_a_type_that_makes_no_sense_is_refused(
    olgas: APIClient, theater: Theater, fields: dict[str, Any], code: str
) -> None:
    problem(add(olgas, theater, name="Child", **fields), 400, code)
    assert not TicketType.objects.exists()


def test_a_child_may_cost_nothing(olgas: APIClient, theater: Theater) -> None:
    assert add(olgas, theater, name="Baby", kind="share", value="0").json()["value"] == "0.00"
    assert add(olgas, theater, name="Guest", kind="amount", value=0).json()["value"] == "0.00"


def test_yen_are_whole(olgas: APIClient, theater: Theater) -> None:
    Theater.objects.update(currency="JPY")
    problem(add(olgas, theater, name="Child", kind="amount", value="9.50"), 400, "not_whole")
    assert add(olgas, theater, name="Child", kind="share", value="12.5").status_code == 201


def test_a_changed_kind_needs_its_value(olgas: APIClient, types: list[TicketType]) -> None:
    child = types[1]
    problem(change(olgas, child, {"kind": "amount"}), 400, "value_does_not_fit")
    assert change(olgas, child, {"kind": "as_is"}).json()["value"] == "0.00"
    assert change(olgas, child, {"kind": "share", "value": "25"}).json()["value"] == "25.00"
    problem(change(olgas, child, {"value": "101"}), 400, "value_does_not_fit")
    answer = change(olgas, child, {"categories": ["premium", "premium"], "name": "Kid"})
    assert (answer.json()["categories"], answer.json()["value"]) == (["premium"], "25.00")


def test_two_types_of_a_theater_have_two_names(
    olgas: APIClient, theater: Theater, types: list[TicketType], otto: User
) -> None:
    problem(add(olgas, theater, name="Adult"), 400, "name_taken")
    problem(change(olgas, types[1], {"name": "Adult"}), 400, "name_taken")
    other = Theater.objects.create(name="Other", owner=otto)
    TicketType.objects.create(theater=other, name="Family")
    assert add(olgas, theater, name="Family").status_code == 201


def test_nobody_undoes_what_they_have_not_seen(olgas: APIClient, types: list[TicketType]) -> None:
    path = f"/api/v1/ticket-types/{types[0].pk}/"
    etag = olgas.get(path).headers["ETag"]
    changed = change(olgas, types[0], {"name": "Grown-up"}, HTTP_IF_MATCH=etag)
    assert changed.status_code == 200
    stale = change(olgas, types[0], {"name": "Adult"}, HTTP_IF_MATCH=etag)
    problem(stale, 412, "precondition_failed")
    problem(olgas.delete(path, HTTP_IF_MATCH=etag), 412, "precondition_failed")
    assert olgas.delete(path, HTTP_IF_MATCH=changed.headers["ETag"]).status_code == 204
    problem(olgas.delete(path), 404, "not_found")
