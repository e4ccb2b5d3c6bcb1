"""Receipts as customers, owners and accountants get them."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from payments.models import Receipt
from payments.receipt_documents import COLUMNS
from payments.receipts import issue_credit_note, issue_receipt
from payments.tests.sold import SELLER, _books_are_right, given_back, paid, seller, sold
from shows.models import Show
from tests.api import As
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
__all__ = ["_books_are_right", "seller"]
FEE = {"fee": Decimal("1.07"), "tax": Decimal("0.77"), "type": "Adult"}


@pytest.fixture
def olgas(as_: As, olga: User) -> APIClient:
    return as_(olga)


@pytest.fixture
def booking(seller: Theater, show: Show, alice: User) -> Booking:
    """Alice has paid for it in cash, and got half of it back."""
    made = sold(show, alice, FEE, {})
    payment = paid(made, 2247, provider="counter", method="cash")
    issue_receipt(payment_id=payment.pk)
    Ticket.objects.filter(booking=made, label="A2").update(status="void")
    issue_credit_note(refund_id=given_back(payment, 1070).pk)
    return made


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.content.decode())))


def test_a_customer_reads_the_receipts_of_a_booking(as_: As, alice: User, booking: Booking) -> None:
    first, second = as_(alice).get(f"/api/v1/bookings/{booking.reference}/receipts/").json()
    assert first["lines"] == [
        {"item": "ticket", "seat": "A1", "category": "standard", "type": "Adult",
         "tax_rate": "7.00", "net": "10.00", "tax": "0.70", "gross": "10.70"},
        {"item": "booking_fee", "seat": "A1", "category": "standard", "type": "Adult",
         "tax_rate": "7.00", "net": "1.00", "tax": "0.07", "gross": "1.07"},
        {"item": "ticket", "seat": "A2", "category": "standard", "type": "",
         "tax_rate": "7.00", "net": "10.00", "tax": "0.70", "gross": "10.70"},
    ]  # fmt: skip
    assert first["taxes"] == [{"rate": "7.00", "net": "21.00", "tax": "1.47", "gross": "22.47"}]
    assert (first["seller"], first["customer"]) == (SELLER, "Alice")
    assert (first["payment_method"], first["fiscal"]) == ("cash", {"lines": [], "qr": ""})
    assert (second["kind"], second["number"]) == ("credit_note", 2)
    assert (second["amount"], second["lines"][0]["gross"]) == ("-10.70", "-10.70")


def test_others_do_not_read_them(
    as_: As, olgas: APIClient, bob: User, otto: User, alice: User, booking: Booking
) -> None:
    path = f"/api/v1/bookings/{booking.reference}/receipts/"
    assert len(olgas.get(path).json()) == 2
    problem(as_(bob).get(path), 404, "not_found")
    theater = booking.show.screen.theater_id
    for path in (f"/api/v1/theaters/{theater}/receipts/{end}" for end in ("", "export.csv")):
        assert olgas.get(path).status_code == 200
        problem(as_(otto).get(path), 404, "not_found")
        problem(as_(alice).get(path), 403, "permission_denied")


def test_an_owner_lists_the_newest_first(olgas: APIClient, booking: Booking) -> None:
    path = f"/api/v1/theaters/{booking.show.screen.theater_id}/receipts/"
    assert [each["number"] for each in olgas.get(path).json()["results"]] == [2, 1]


def test_an_accountant_gets_a_row_for_each_line(olgas: APIClient, booking: Booking) -> None:
    path = f"/api/v1/theaters/{booking.show.screen.theater_id}/receipts/export.csv"
    answer = olgas.get(path)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    found = rows(answer)
    assert tuple(found[0]) == COLUMNS
    assert [(each["number"], each["item"], each["gross"]) for each in found] == [
        ("1", "ticket", "10.70"),
        ("1", "booking_fee", "1.07"),
        ("1", "ticket", "10.70"),
        ("2", "ticket", "-10.70"),
    ]
    assert {each["booking"] for each in found} == {booking.reference}
    assert {each["payment_method"] for each in found} == {"cash"}
    assert sum(Decimal(each["net"]) + Decimal(each["tax"]) for each in found) == Decimal("11.77")


def test_days_are_those_of_the_theaters_clock(
    olgas: APIClient, seller: Theater, show: Show, alice: User
) -> None:
    payment = paid(sold(show, alice, {}), 1)
    times = ("2026-02-28T22:59:59Z", "2026-02-28T23:00:00Z", "2026-03-01T22:59:59Z")
    for number, issued_at in enumerate(times, start=1):
        fields = {"kind": "credit_note", "seller": {}, "lines": [], "taxes": [], "amount": 1}
        Receipt.objects.create(
            theater=seller, number=number, payment=payment, currency="EUR", issued_at=issued_at,
            **fields,
        )  # fmt: skip
    path = f"/api/v1/theaters/{seller.pk}/receipts/"
    for query, numbers in (
        ("from=2026-03-01", [3, 2]),
        ("to=2026-02-28", [1]),
        ("from=2026-02-28&to=2026-03-01", [3, 2, 1]),
        ("from=2026-03-02", []),
    ):
        found = olgas.get(f"{path}?{query}").json()["results"]
        assert [each["number"] for each in found] == numbers, query


@pytest.mark.parametrize("query", ["from=2026-1-1", "to=0001-01-01", "from=9999-12-31", "from=x"])
def test_days_that_make_no_sense_are_refused(
    olgas: APIClient, theater: Theater, query: str
) -> None:
    for end in ("", "export.csv"):
        answer = olgas.get(f"/api/v1/theaters/{theater.pk}/receipts/{end}?{query}")
        problem(answer, 400, "validation_failed")


def test_an_export_is_of_a_year_at_most(olgas: APIClient, theater: Theater) -> None:
    path = f"/api/v1/theaters/{theater.pk}/receipts/export.csv"
    assert olgas.get(f"{path}?from=2028-01-01&to=2028-12-31").status_code == 200
    problem(olgas.get(f"{path}?from=2028-01-01&to=2029-01-01"), 400, "validation_failed")


def test_an_export_without_days_is_of_this_month(olgas: APIClient, booking: Booking) -> None:
    path = f"/api/v1/theaters/{booking.show.screen.theater_id}/receipts/export.csv"
    tomorrow = (timezone.now() + timedelta(days=2)).date().isoformat()
    assert len(rows(olgas.get(path))) == 4
    assert rows(olgas.get(f"{path}?from={tomorrow}")) == []


@pytest.mark.parametrize("name", ["=1+1", "+1", "-A1", "@SUM(A1)"])
def test_no_spreadsheet_takes_a_name_for_a_formula(
    olgas: APIClient, seller: Theater, show: Show, alice: User, name: str
) -> None:
    issue_receipt(payment_id=paid(sold(show, alice, {"type": name}), 1070).pk)
    (row,) = rows(olgas.get(f"/api/v1/theaters/{seller.pk}/receipts/export.csv"))
    assert row["type"] == f"'{name}"


def test_an_export_is_read_in_parts(
    olgas: APIClient, booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.api.receipt_views.AT_ONCE", 1)
    path = f"/api/v1/theaters/{booking.show.screen.theater_id}/receipts/export.csv"
    assert len(rows(olgas.get(path))) == 4
