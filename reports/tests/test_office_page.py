"""Reports in the office."""

import pytest
from django.test import Client

from shows.models import Show
from users.models import User

pytestmark = pytest.mark.django_db
PAGE = "/admin/reports/report/"


@pytest.fixture
def desk(olga: User) -> Client:
    client = Client()
    client.force_login(olga)
    return client


def test_the_page_shows_what_was_sold_this_month(desk: Client, busy: Show) -> None:
    said = desk.get(PAGE).content.decode()
    assert "750.00" in said
    assert "Download as CSV" in said


def test_each_report_can_be_opened_and_split(desk: Client, busy: Show) -> None:
    said = desk.get(PAGE, {"report": "cash", "by": "cashier"}).content.decode()
    assert "Olga" in said
    assert "Takings at the counter" in said


def test_what_is_shown_can_be_downloaded(desk: Client, busy: Show) -> None:
    answer = desk.get(PAGE, {"report": "sales", "by": "film", "csv": "1"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().startswith("\ufeffkey,name")


def test_days_that_make_no_sense_are_told_at_the_form(desk: Client, busy: Show) -> None:
    said = desk.get(PAGE, {"first": "2026-02-01", "last": "2026-01-01"}).content.decode()
    assert "the first one first" in said
