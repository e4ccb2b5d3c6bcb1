"""What a theater sold, as its manager and its accountant ask for it."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from core.postgres.rows import rows_of
from movies.models import Movie
from payments.proof import sums
from payments.tests.conftest import Bank, Start
from reports.closing import close_days
from reports.kinds import KINDS
from reports.models import Closing, DaySales
from reports.reading import statement_of
from reports.tests.conftest import long_ago
from shows.models import Show
from tests.api import As, book
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db


def report(client: APIClient, name: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/reports/{name}/", asked)
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def everything(client: APIClient) -> dict[str, Any]:
    """Every report by everything that it can be split by."""
    today = timezone.now().date()
    of_a_year = {"from": today - timedelta(days=300), "to": today + timedelta(days=60)}
    of_a_month = {"from": today - timedelta(days=68), "to": today - timedelta(days=38)}
    return {
        f"{name} by {by}": report(
            client, name, by=by, **(of_a_month if by == "show" else of_a_year)
        )
        for name, kind in KINDS.items()
        for by in kind.splits
    }


def sell(client: APIClient, show: Show, label: str) -> None:
    sold = book(client, show, label, pay="counter").json()
    url = f"/api/v1/bookings/{sold['reference']}/payments/counter/"
    answer = client.post(url, {"amount": sold["total"], "method": "card"})
    assert answer.status_code == 201, answer.json()


def test_sales_are_what_was_sold_and_taken_back(olgas: APIClient, busy: Show) -> None:
    found = report(olgas, "sales", by="film")
    assert found["rows"] == [
        {
            "key": str(busy.movie_id),
            "name": "Metropolis",
            "currency": "EUR",
            "tickets_sold": 5,
            "tickets_returned": 2,
            "sales": "1250.00",
            "fees": "0.00",
            "given_back": "500.00",
            "total": "750.00",
        }
    ]
    assert found["totals"] == [
        {name: found["rows"][0][name] for name in ("currency", *KINDS["sales"].figures)}
    ]


def test_each_split_adds_up_to_the_ledger(olgas: APIClient, busy: Show) -> None:
    books = {account: total for account, _, total in sums()}
    for by in KINDS["sales"].splits:
        (total,) = report(olgas, "sales", by=by)["totals"]
        assert total["total"] == f"{(books['sales'] + books.get('fees', 0)) / 100:.2f}"
    (refunds,) = report(olgas, "refunds")["totals"]
    ((given_back,),) = rows_of("SELECT sum(amount) FROM payments_ledgerentry WHERE kind = 'refund'")
    assert refunds["amount"] == f"{given_back / 100:.2f}"


def test_money_of_another_currency_is_not_added_to_the_theaters_own(
    olgas: APIClient, busy: Show, as_: As, alice: User, start: Start, bank: Bank
) -> None:
    """It was paid in a wrong one, held apart and given back."""
    reference = book(as_(alice), busy, "E1", pay="online").json()["reference"]
    bank.pay(start(alice, reference).pk, currency="JPY")
    bank.refund_all()
    refunds = {each["currency"]: each for each in report(olgas, "refunds")["totals"]}
    assert refunds["EUR"]["amount"] == "500.00"
    assert refunds["JPY"]["refunds"] == 1
    before = everything(olgas)
    long_ago(40)
    close_days()
    assert everything(olgas)["refunds by month"]["totals"] == before["refunds by month"]["totals"]


def test_tax_is_what_receipts_and_credit_notes_say(olgas: APIClient, busy: Show) -> None:
    ((gross, receipts),) = rows_of("SELECT sum(amount), count(*) FROM payments_receipt")
    (row,) = report(olgas, "tax")["rows"]
    assert (row["rate"], row["gross"], row["receipts"]) == (
        "0.00",
        f"{gross / 100:.2f}",
        receipts,
    )


def test_cash_is_what_each_cashier_took(olgas: APIClient, busy: Show) -> None:
    (row,) = report(olgas, "cash", by="cashier")["rows"]
    assert (row["name"], row["payments"], row["taken"], row["total"]) == (
        "Olga",
        1,
        "750.00",
        "750.00",
    )
    (row,) = report(olgas, "cash", by="method")["rows"]
    assert row["name"] == "cash"


def test_occupancy_and_film_returns_count_the_shows_of_those_days(
    olgas: APIClient, busy: Show
) -> None:
    day = busy.local_date.isoformat()
    (row,) = report(olgas, "occupancy", **{"from": day, "to": day})["rows"]
    assert (row["shows"], row["seats"], row["tickets"], row["admitted"]) == (1, 100, 3, 0)
    (row,) = report(olgas, "films", **{"from": day, "to": day})["rows"]
    assert (row["film"], row["tickets"], row["gross"], row["net"]) == (
        "Metropolis",
        3,
        "750.00",
        "750.00",
    )
    before = (busy.local_date - timedelta(days=1)).isoformat()
    assert report(olgas, "occupancy", **{"from": before, "to": before})["rows"] == []


def test_stored_days_say_what_the_books_said(olgas: APIClient, busy: Show) -> None:
    long_ago(40)
    Show.objects.update(local_date=busy.local_date - timedelta(days=60))
    before = everything(olgas)
    assert any(found["rows"] for found in before.values())
    assert close_days() > 0
    assert DaySales.objects.exists()
    assert everything(olgas) == before
    assert close_days() == 0


def test_what_comes_after_stored_days_is_counted_with_them(
    olgas: APIClient, busy: Show, as_: As, olga: User
) -> None:
    long_ago(40)
    close_days()
    before = everything(olgas)["sales by film"]["totals"][0]
    sell(as_(olga), busy, "C1")
    after = everything(olgas)["sales by film"]["totals"][0]
    assert after["tickets_sold"] - before["tickets_sold"] == 1


def test_a_theater_that_is_newer_than_the_last_closing_is_counted(
    olgas: APIClient, busy: Show
) -> None:
    before = everything(olgas)
    Closing.objects.create(
        theater=Theater.objects.create(
            name="Other", owner=busy.screen.theater.owner, timezone="UTC", currency="EUR"
        ),
        until=timezone.now().date() - timedelta(days=1),
    )
    assert everything(olgas)["sales by day"] == before["sales by day"]


def test_a_manager_sees_only_what_they_run(
    olgas: APIClient, as_: As, otto: User, ada: User, busy: Show
) -> None:
    assert report(as_(otto), "sales")["rows"] == []
    assert report(olgas, "sales", theater=busy.screen.theater_id)["rows"] != []
    assert report(as_(ada), "sales") == report(olgas, "sales")
    assert report(as_(otto), "sales", theater=busy.screen.theater_id)["rows"] == []


def test_spreadsheets_take_no_name_for_a_formula(olgas: APIClient, busy: Show) -> None:
    Movie.objects.update(title='=HYPERLINK("evil")')
    answer = olgas.get("/api/v1/reports/sales.csv", {"by": "film"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("\ufeffkey,name,currency,tickets_sold")
    (row,) = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    assert row["name"] == '\'=HYPERLINK("evil")'
    assert row["given_back"] == "500.00"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2026-01-01", "to": "2027-02-01"}, "from"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "from"),
        ({"from": "2026-01-01", "to": "2026-02-01", "by": "show"}, "from"),
        ({"by": "seat"}, "by"),
        ({"from": "0001-01-01"}, "from"),
    ],
)
def test_what_makes_no_sense_is_refused(
    olgas: APIClient, asked: dict[str, str], field: str
) -> None:
    found = problem(olgas.get("/api/v1/reports/sales/", asked), 400)
    assert found["errors"][0]["field"] == field


@pytest.mark.parametrize("name", KINDS)
def test_no_report_reads_all_of_the_books(name: str, olgas: APIClient, busy: Show) -> None:
    """Of what days that are over have stored, nothing is read again."""
    kind = KINDS[name]
    values = {"first": "2026-01-01", "last": "2026-12-31", "settles_after": 0}
    plan = "\n".join(
        line
        for (line,) in rows_of(
            f"EXPLAIN {statement_of(kind, kind.splits[0])}",
            {**values, "theaters": [busy.screen.theater_id]},
        )
    )
    for table in ("payments_ledgerentry", "payments_receipt", "shows_show", "shows_seat"):
        assert f"Seq Scan on {table}" not in plan


@pytest.fixture(autouse=True)
def _no_scans_of_small_tables(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def test_the_number_of_statements_does_not_grow(olgas: APIClient, busy: Show) -> None:
    with CaptureQueriesContext(connection) as one:
        report(olgas, "sales", by="ticket_type")
    sell(olgas, busy, "D1")
    with CaptureQueriesContext(connection) as more:
        report(olgas, "sales", by="ticket_type")
    assert len(one) == len(more) <= 4
