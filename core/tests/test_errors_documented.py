"""Every failure says what it means and what to do, in the code, on its page and in the docs."""

import re

import pytest
from rest_framework.test import APIClient

from core.failures import Failure
from core.management.commands.document_errors import PATH, page


def test_the_page_lists_every_code_as_it_is() -> None:
    assert PATH.read_text() == page(), "run `python manage.py document_errors`"


def test_every_failure_says_what_it_means_and_what_to_do() -> None:
    page()
    for code, kind in Failure.by_code.items():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", code)
        assert 400 <= kind.status <= 503
        for said in (kind.title, kind.remedy):
            assert said, code
            assert said == said.strip(), code
        assert not kind.title.endswith("."), code
        assert kind.remedy.endswith("."), code
        assert vars(kind).get("__doc__"), f"{kind.__name__} needs a docstring"


@pytest.mark.django_db
def test_every_code_has_its_page(anyone: APIClient) -> None:
    page()
    for code, kind in Failure.by_code.items():
        shown = anyone.get(f"/problems/{code}/")
        assert shown.status_code == 200
        assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
        assert code in shown.text
        assert str(kind.status) in shown.text
        assert "`" not in shown.text


@pytest.mark.django_db
def test_a_code_of_two_statuses_names_both(anyone: APIClient) -> None:
    assert "HTTP 409, 404" in anyone.get("/problems/no_hold/").text
    assert "### `no_hold`\nHTTP 409, 404. " in page()
