"""An owner's vouchers, which nobody else sees."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from movies.models import Movie
from pricing.models import Voucher
from pricing.tests.conftest import pending, use
from shows.models import Show
from tests.api import As
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
MakeVoucher = Callable[..., Voucher]


@pytest.fixture
def olgas(as_: As, olga: User) -> APIClient:
    return as_(olga)


def add(client: APIClient, theater: Theater, **fields: Any) -> Any:
    body = {"code": "SAVE10", "value": "10"} | fields
    return client.post(f"/api/v1/theaters/{theater.pk}/vouchers/", body)


def change(client: APIClient, row: Voucher, fields: Any, **headers: Any) -> Any:
    return client.patch(f"/api/v1/vouchers/{row.pk}/", fields, **headers)


def test_a_voucher_takes_ten_percent_for_as_long_and_often_as_it_says(
    olgas: APIClient, theater: Theater, movie: Movie
) -> None:
    answer = add(
        olgas,
        theater,
        code=" save-10 ",
        valid_from="2030-07-01T00:00",
        valid_until="2030-12-31T22:59:00Z",
        movies=[movie.pk],
        uses_at_most=5,
    )
    assert answer.status_code == 201, answer.content
    assert answer.json() == {
        "id": Voucher.objects.get().pk,
        "theater": theater.pk,
        "code": "SAVE-10",
        "kind": "share",
        "value": "10.00",
        "valid_from": "2030-07-01T00:00:00+02:00",
        "valid_until": "2030-12-31T23:59:00+01:00",
        "movies": [movie.pk],
        "uses_at_most": 5,
        "uses_per_customer": None,
        "uses": 0,
    }
    assert Voucher.objects.get().valid_from == datetime.fromisoformat("2030-06-30T22:00Z")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "AB"}, "validation_failed"),
        ({"code": "FÜNF"}, "validation_failed"),
        ({"code": "A" * 31}, "validation_failed"),
        ({"value": "101"}, "value_does_not_fit"),
        ({"kind": "as_is", "value": "0"}, "validation_failed"),
        ({"valid_until": "9999-12-31T23:59:00-05:00"}, "validation_failed"),
        ({"valid_until": "0001-01-01T00:00:00+05:00"}, "validation_failed"),
        ({"valid_until": "tomorrow"}, "validation_failed"),
        (
            {"valid_from": "2030-01-01T00:00", "valid_until": "2030-01-01T00:00"},
            "period_is_empty",
        ),
        ({"valid_until": "2030-03-31T02:30:00"}, "nonexistent_local_time"),
        ({"movies": [999_999]}, "does_not_exist"),
        ({"uses_at_most": 0}, "validation_failed"),
    ],
)
def test_a_voucher_that_makes_no_sense_is_refused(
    olgas: APIClient, theater: Theater, fields: dict[str, Any], code: str
) -> None:
    problem(add(olgas, theater, **fields), 400, code)
    assert not Voucher.objects.exists()


def test_two_vouchers_of_a_theater_have_two_codes(
    olgas: APIClient, theater: Theater, make_voucher: MakeVoucher
) -> None:
    make_voucher()
    other = make_voucher(code="OTHER")
    problem(add(olgas, theater, code="save10"), 400, "code_taken")
    problem(change(olgas, other, {"code": "SAVE10"}), 400, "code_taken")


def test_a_list_tells_how_often_each_was_used(
    olgas: APIClient, theater: Theater, show: Show, alice: User, make_voucher: MakeVoucher
) -> None:
    first, second = make_voucher(), make_voucher(code="SUMMER")
    use(first, show, alice)
    use(first, show, alice, **pending(minutes=5))
    use(first, show, alice, **pending(minutes=-5))
    use(second, show, alice, status="cancelled", cancelled_at=timezone.now())
    path = f"/api/v1/theaters/{theater.pk}/vouchers/"
    found = olgas.get(path).json()["results"]
    assert [(each["code"], each["uses"]) for each in found] == [("SUMMER", 0), ("SAVE10", 2)]
    (summer,) = olgas.get(path, {"search": "umm"}).json()["results"]
    assert summer["id"] == second.pk


def test_a_list_of_many_vouchers_costs_as_many_queries_as_one_of_few(
    olgas: APIClient,
    theater: Theater,
    make_voucher: MakeVoucher,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(9):
        make_voucher(code=f"NUMBER-{number}")
    with django_assert_max_num_queries(6):
        olgas.get(f"/api/v1/theaters/{theater.pk}/vouchers/")


def test_a_voucher_of_another_owner_is_not_there(
    as_: As, otto: User, alice: User, theater: Theater, make_voucher: MakeVoucher
) -> None:
    voucher = make_voucher()
    ottos = as_(otto)
    for answer in (
        ottos.get(f"/api/v1/vouchers/{voucher.pk}/"),
        ottos.get(f"/api/v1/theaters/{theater.pk}/vouchers/"),
        change(ottos, voucher, {"value": "1"}),
        ottos.delete(f"/api/v1/vouchers/{voucher.pk}/"),
    ):
        problem(answer, 404, "not_found")
    problem(as_(alice).get(f"/api/v1/vouchers/{voucher.pk}/"), 403, "permission_denied")


def test_a_voucher_can_be_changed_in_part(
    olgas: APIClient, movie: Movie, make_voucher: MakeVoucher
) -> None:
    voucher = make_voucher()
    changed = change(olgas, voucher, {"movies": [movie.pk], "uses_per_customer": 1}).json()
    assert (changed["movies"], changed["uses_per_customer"]) == ([movie.pk], 1)
    assert (changed["code"], changed["value"]) == ("SAVE10", "10.00")
    problem(change(olgas, voucher, {"kind": "amount"}), 400, "value_does_not_fit")
    assert change(olgas, voucher, {"kind": "amount", "value": "250"}).json()["value"] == "250.00"
    ended = change(olgas, voucher, {"valid_until": "2026-01-01T00:00", "movies": []}).json()
    assert (ended["valid_until"], ended["movies"]) == ("2026-01-01T00:00:00+01:00", [])
    problem(change(olgas, voucher, {"valid_from": "2026-02-01T00:00"}), 400, "period_is_empty")


def test_the_version_of_a_voucher_covers_its_movies(
    olgas: APIClient, movie: Movie, make_voucher: MakeVoucher
) -> None:
    voucher = make_voucher()
    path = f"/api/v1/vouchers/{voucher.pk}/"
    etag = olgas.get(path).headers["ETag"]
    changed = change(olgas, voucher, {"movies": [movie.pk]}, HTTP_IF_MATCH=etag)
    assert changed.headers["ETag"] == olgas.get(path).headers["ETag"] != etag
    stale = change(olgas, voucher, {"value": "5"}, HTTP_IF_MATCH=etag)
    problem(stale, 412, "precondition_failed")
    problem(olgas.delete(path, HTTP_IF_MATCH=etag), 412, "precondition_failed")
    assert olgas.delete(path, HTTP_IF_MATCH=changed.headers["ETag"]).status_code == 204
    assert not Voucher.objects.exists()


def test_a_voucher_that_was_used_cannot_be_deleted(
    olgas: APIClient, show: Show, alice: User, make_voucher: MakeVoucher
) -> None:
    voucher = make_voucher()
    use(voucher, show, alice, status="cancelled", cancelled_at=timezone.now())
    problem(olgas.delete(f"/api/v1/vouchers/{voucher.pk}/"), 409, "in_use")
    assert Voucher.objects.exists()


def test_a_movie_that_a_voucher_is_for_can_be_deleted(
    as_: As, ada: User, movie: Movie, make_voucher: MakeVoucher
) -> None:
    make_voucher().movies.add(movie)
    assert as_(ada).delete(f"/api/v1/movies/{movie.pk}/").status_code == 204
