"""Failures in the admin are explained to the user in plain words."""

import re
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client

from bookings.models import Booking
from users.models import User

Desk = Callable[[User], Client]
OF_PROGRAMS = re.compile(
    r"\bcalls?\b|bearer|token|\bJSON\b|\bAPI\b|header|HTTP|permission_denied|<style|style=",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("users/user/", 403, "This is not for your account"),
        ("movies/movie/add/", 403, "movies, accounts and jobs are for admins"),
        ("nowhere/", 404, "it belongs to a theater that is not yours"),
        ("shows/show/0/cancel/", 404, "There is nothing here"),
        ("shows/show/?movie__title=x", 400, "use the links, filters and forms"),
        ("autocomplete/", 403, "Ask an admin"),
    ],
)
def test_a_refusal_is_in_the_words_of_people(
    at_desk: Desk, olga: User, path: str, status: int, sentence: str
) -> None:
    answer = at_desk(olga).get(f"/admin/{path}")
    said = answer.content.decode()
    assert answer.status_code == status
    assert sentence in said
    assert 'href="/admin/"' in said
    assert not OF_PROGRAMS.search(re.sub(r"<link[^>]*>|<meta[^>]*>", "", said)), said
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_busy_database_is_told_without_asking_it(
    at_desk: Desk, olga: User, olgas_booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at_desk(olga)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("core.office.pages.Pages.get_queryset", away)
    answer = client.get("/admin/movies/movie/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "We are busy" in answer.content.decode()
    assert not OF_PROGRAMS.search(re.sub(r"<link[^>]*>|<meta[^>]*>", "", answer.content.decode()))
