"""Ticket types and vouchers in the office."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from movies.models import Movie
from pricing.models import TicketType, Voucher
from tests.admin.conftest import page
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
Desk = Callable[[User], Client]
TYPES, VOUCHERS = "pricing/tickettype/", "pricing/voucher/"


def type_form(theater: Theater, **fields: Any) -> dict[str, Any]:
    return {"theater": theater.pk, "name": "Child", "kind": "as_is", "position": "0"} | fields


def voucher_form(theater: Theater, **fields: Any) -> dict[str, Any]:
    return {"theater": theater.pk, "code": "save 10", "kind": "share", "value": "10"} | fields


@pytest.fixture
def child(theater: Theater) -> TicketType:
    fields = {"kind": "amount", "value": "7.90", "categories": ["premium"]}
    made: TicketType = TicketType.objects.create(theater=theater, name="Child", **fields)
    return made


@pytest.fixture
def voucher(theater: Theater) -> Voucher:
    made: Voucher = Voucher.objects.create(
        theater=theater, code="SAVE10", value=10, valid_until="2030-12-31T22:59:30Z"
    )
    return made


def errors(client: Client, path: str, form: dict[str, Any]) -> dict[str, list[str]]:
    answer = client.post(f"/admin/{path}", form)
    assert answer.status_code == 200
    found: dict[str, list[str]] = answer.context["adminform"].form.errors
    return found


def test_a_type_is_typed_with_a_decimal_comma(at_desk: Desk, olga: User, theater: Theater) -> None:
    form = type_form(theater, kind="amount", value="9,50", categories=["standard", "premium"])
    assert "was added successfully" in page(at_desk(olga), f"{TYPES}add/", **form)
    row = TicketType.objects.get()
    assert (row.value, row.categories) == (Decimal("9.50"), ["standard", "premium"])
    assert "9.50 EUR" in page(at_desk(olga), TYPES).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "share", "value": "101"}, "value"),
        ({"kind": "share"}, "value"),
        ({"kind": "amount", "value": "1,234"}, "value"),
        ({"value": "5"}, "value"),
        ({"name": "Taken"}, "name"),
        ({"at_most": "0"}, "at_most"),
        ({"categories": ["balcony"]}, "categories"),
    ],
)
def test_a_type_that_makes_no_sense_is_refused_at_its_field(
    at_desk: Desk, olga: User, theater: Theater, fields: dict[str, Any], field: str
) -> None:
    TicketType.objects.create(theater=theater, name="Taken")
    assert list(errors(at_desk(olga), f"{TYPES}add/", type_form(theater, **fields))) == [field]
    assert TicketType.objects.count() == 1


def test_a_type_is_changed_and_the_change_is_logged(
    at_desk: Desk, olga: User, child: TicketType
) -> None:
    client, path = at_desk(olga), f"{TYPES}{child.pk}/change/"
    form = type_form(child.theater, kind="amount", value="7.90", categories=["premium"])
    page(client, path, **form | {"at_most": "2"})
    assert LogEntry.objects.get().get_change_message() == "Changed At most."
    page(client, path, **form | {"kind": "as_is", "value": ""})
    child.refresh_from_db()
    assert (child.kind, str(child.value), child.at_most) == ("as_is", "0.00", None)
    page(client, f"{TYPES}{child.pk}/delete/", post="yes")
    assert not TicketType.objects.exists()


def test_what_somebody_else_has_changed_is_not_undone(
    at_desk: Desk, olga: User, child: TicketType, voucher: Voucher
) -> None:
    client = at_desk(olga)
    for path, form in (
        (f"{TYPES}{child.pk}/", type_form(child.theater, name="Kid")),
        (f"{VOUCHERS}{voucher.pk}/", voucher_form(child.theater, code="OTHER")),
    ):
        (seen,) = re.findall(r'name="version" value="(\w+)"', page(client, f"{path}change/"))
        TicketType.objects.update(position=5)
        voucher.movies.add(Movie.objects.create(title="Faust", duration_minutes=90))
        assert "Somebody else" in page(client, f"{path}change/", **form, version=seen)
        assert "Somebody else" in page(client, f"{path}delete/", post="yes", version=seen)
    assert TicketType.objects.get().name == "Child"
    assert Voucher.objects.get().code == "SAVE10"


def test_a_voucher_is_made_in_the_time_of_the_theater(
    at_desk: Desk, olga: User, theater: Theater, movie: Movie
) -> None:
    form = voucher_form(theater, valid_from="2030-07-01T00:00", uses_at_most="5", movies=[movie.pk])
    assert "was added successfully" in page(at_desk(olga), f"{VOUCHERS}add/", **form)
    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.uses_at_most) == ("SAVE10", 5)
    assert list(voucher.movies.all()) == [movie]
    assert f"{voucher.valid_from:%d %H:%M}" == "30 22:00"
    said = page(at_desk(olga), VOUCHERS).replace("\N{NO-BREAK SPACE}", " ")
    assert "10 %" in said
    assert "0 of 5" in said


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "AB"}, "code"),
        ({"code": "taken"}, "code"),
        ({"value": ""}, "value"),
        ({"value": "101"}, "value"),
        ({"valid_from": "2030-01-01T00:00", "valid_until": "2029-01-01T00:00"}, "valid_until"),
        ({"valid_until": "2030-03-31T02:30"}, "valid_until"),
        ({"valid_until": "0001-01-01T02:30"}, "valid_until"),
        ({"movies": ["999999"]}, "movies"),
    ],
)
def test_a_voucher_that_makes_no_sense_is_refused_at_its_field(
    at_desk: Desk, olga: User, theater: Theater, fields: dict[str, Any], field: str
) -> None:
    Voucher.objects.create(theater=theater, code="TAKEN", value=1)
    form = voucher_form(theater, **fields)
    assert list(errors(at_desk(olga), f"{VOUCHERS}add/", form)) == [field]
    assert Voucher.objects.count() == 1


def test_a_page_that_is_saved_as_it_was_changes_nothing(
    at_desk: Desk, olga: User, voucher: Voucher
) -> None:
    client, path = at_desk(olga), f"{VOUCHERS}{voucher.pk}/change/"
    form = client.get(f"/admin/{path}").context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value()}
    assert typed["value"] == "10"
    typed["valid_until"] = f"{typed['valid_until']:%Y-%m-%dT%H:%M}"
    page(client, path, **typed)
    voucher.refresh_from_db()
    assert f"{voucher.valid_until:%M:%S}" == "59:30"
    assert LogEntry.objects.get().get_change_message() == "No fields changed."


def test_a_voucher_that_was_used_is_kept_and_leads_to_its_bookings(
    at_desk: Desk, olga: User, voucher: Voucher, olgas_booking: Booking
) -> None:
    Booking.objects.update(voucher=voucher)
    said = page(at_desk(olga), f"{VOUCHERS}{voucher.pk}/delete/")
    assert "There is 1 booking with this voucher" in said
    listed = page(at_desk(olga), f"bookings/booking/?when=all&voucher__id__exact={voucher.pk}")
    assert olgas_booking.reference in listed
    page(at_desk(olga), f"{VOUCHERS}{voucher.pk}/delete/", post="yes")
    assert Voucher.objects.exists()


@pytest.mark.parametrize("path", [TYPES, VOUCHERS])
def test_owners_see_their_own_and_lists_can_be_narrowed(
    at_desk: Desk, olga: User, otto: User, ottos: Theater, theater: Theater, path: str
) -> None:
    for each, name in ((theater, "OLGAS-ONE"), (theater, "OLGAS-TWO"), (ottos, "OTTOS-ONE")):
        TicketType.objects.create(theater=each, name=name, kind="share", value=5)
        Voucher.objects.create(theater=each, code=name, value=5, valid_until="2020-01-01T00:00Z")
    client = at_desk(olga)
    said = page(client, path)
    assert "OLGAS-ONE" in said
    assert "OTTOS" not in said
    assert "OLGAS-TWO" not in page(client, f"{path}?q=olgas-one")
    assert "OLGAS-ONE" in page(client, f"{path}?kind__exact=share&theater={theater.pk}")
    assert "OLGAS-ONE" not in page(client, f"{path}?kind__exact=amount")
    if path == VOUCHERS:
        assert "OLGAS-ONE" in page(client, f"{path}?when=past")
        assert "OLGAS-ONE" not in page(client, f"{path}?when=now")
    pk = (TicketType if path == TYPES else Voucher).objects.get(theater=ottos).pk
    assert client.get(f"/admin/{path}{pk}/change/").status_code == 302
    assert client.post(f"/admin/{path}{pk}/delete/", {"post": "yes"}).status_code == 302
    add = voucher_form(ottos) if path == VOUCHERS else type_form(ottos)
    assert list(errors(client, f"{path}add/", add)) == ["theater"]
    assert TicketType.objects.count() + Voucher.objects.count() == 6


@pytest.mark.parametrize("path", [TYPES, VOUCHERS])
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    at_desk: Desk, ada: User, theater: Theater, path: str
) -> None:
    client, counts = at_desk(ada), []
    for number in range(2, 6):
        TicketType.objects.create(theater=theater, name=f"Type {number}")
        Voucher.objects.create(theater=theater, code=f"CODE-{number}", value=1)
        with CaptureQueriesContext(connection) as queries:
            page(client, path)
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1
