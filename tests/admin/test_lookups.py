"""No list of the admin can be filtered by columns that it does not offer.

The graph of the models is walked two relations deep from every page, for both roles, with every
lookup of each column: all that is not offered is refused in the same way.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from itertools import cycle
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import F, Field, Model
from django.test import Client, RequestFactory

from bookings.models import Booking
from movies.models import Movie
from users.models import User

Desk = Callable[[User], Client]
DEPTH = 2
ATTACK = "theater__screens__shows__movie__shows__bookings__user__password__regex"
NO_LISTS = {"Report"}
SYSTEMATIC = {"q", "o", "p", "all"}


def columns(model: type[Model], depth: int = DEPTH) -> Iterator[tuple[str, Any]]:
    """The path to each column and relation of the model, and of those it leads to."""
    for field in model._meta.get_fields():
        yield field.name, field
        if field.is_relation and field.related_model and depth:
            deeper = columns(field.related_model, depth - 1)
            yield from ((f"{field.name}__{path}", column) for path, column in deeper)


def questions(model: type[Model]) -> Iterator[str]:
    """Each path bare, and with each lookup and transform of its column."""
    for path, column in columns(model):
        yield path
        lookups = column.get_lookups() if isinstance(column, Field) else {"exact", "in", "isnull"}
        yield from (f"{path}__{lookup}" for lookup in lookups)
    yield from ("pk", "pk__in", "pk__gt", "nothing__regex", "_password", ATTACK)


def pages_of(user: User) -> list[Any]:
    """The pages of the admin whose lists the user may see."""
    request: Any = RequestFactory().get("/admin/")
    request.user = user
    pages = (page for model, page in admin.site._registry.items() if model.__name__ not in NO_LISTS)
    return [page for page in pages if page.has_view_permission(request)]


def address_of(page: Any) -> str:
    return f"/admin/{page.opts.app_label}/{page.opts.model_name}/"


def links_of(client: Client, address: str) -> set[str]:
    """The parameters that the list's own links use, of which each new one is followed."""
    waiting = [""]
    names: set[str] = set()
    while waiting:
        said = client.get(address + waiting.pop()).content.decode()
        for query in map(unescape, re.findall(r'href="(\?[^"]*)"', said)):
            found = {name for name, _ in parse_qsl(query[1:])}
            if not found <= names:
                waiting.append(query)
            names |= found
    return names - SYSTEMATIC


@pytest.fixture
def rows(olgas_booking: Booking, ottos_booking: Booking, movie: Movie, ada: User) -> None:
    """One of everything, of two owners, and enough of it for each filter to offer a choice."""
    Movie.objects.create(title="Alien", duration_minutes=117, language="English", certificate="R")
    for days in (0, 400):
        LogEntry.objects.log_actions(ada.pk, [movie], CHANGE, change_message="", single_object=True)
        LogEntry.objects.update(action_time=F("action_time") - timedelta(days=days))


@pytest.mark.parametrize("name", ["ada", "olga"])
def test_a_list_takes_the_lookups_of_its_own_links_and_no_other(
    at_desk: Desk, request: pytest.FixtureRequest, rows: None, name: str
) -> None:
    user = request.getfixturevalue(name)
    asked: Any = RequestFactory().get("/admin/")
    asked.user = user
    for page in pages_of(user):
        taken = {
            question
            for question in (*questions(page.model), "when", "theater", "showing")
            if page.lookup_allowed(question, "x", asked)
        }
        linked = {*links_of(at_desk(user), address_of(page)), *page.linked_by}
        assert taken == {name for name in linked if not name.startswith("_")}, page


@pytest.mark.parametrize("name", ["ada", "olga"])
def test_what_is_refused_is_refused_alike_by_every_list(
    at_desk: Desk, request: pytest.FixtureRequest, rows: None, name: str
) -> None:
    user = request.getfixturevalue(name)
    client = at_desk(user)
    asked: Any = RequestFactory().get("/admin/")
    asked.user = user
    for page in pages_of(user):
        refusal = client.get(address_of(page), {"nothing": "x"})
        assert refusal.status_code == 400
        values = cycle(["", "x", "1", "0", "True", "^a", "a,b", "2026-01-01"])
        paths = [
            f"{path}__{lookup}"
            for path, column in columns(page.model)
            for lookup in ("regex", "isnull")
        ]
        for question in [*paths[:: max(1, len(paths) // 60)], ATTACK]:
            if not page.lookup_allowed(question, "x", asked):
                answer = client.get(address_of(page), {question: next(values)})
                assert (answer.status_code, answer.content) == (400, refusal.content), question


@pytest.mark.parametrize("lookup", ["regex", "startswith", "gt", "contains", "isnull", "in"])
def test_an_owner_learns_no_password_by_asking(
    at_desk: Desk, olga: User, rows: None, lookup: str
) -> None:
    client = at_desk(olga)
    roads = {
        "theaters/screen": "theater__owner__password",
        "shows/show": "theater__screens__shows__movie__shows__bookings__user__password",
        "bookings/booking": "status__user__password",
    }
    for path, road in roads.items():
        answer = client.get(f"/admin/{path}/?{road}__{lookup}=a")
        assert answer.status_code == 400, path


def test_a_row_is_addressed_by_its_id_alone(at_desk: Desk, ada: User, rows: None) -> None:
    client = at_desk(ada)
    for name in ("password", "email", "reference", "last_login"):
        for path in ("users/user/", "bookings/booking/"):
            assert client.get(f"/admin/{path}?_to_field={name}").status_code == 400
            assert client.get(f"/admin/{path}{ada.pk}/change/?_to_field={name}").status_code == 400


def test_suggestions_are_for_the_fields_of_ones_own_forms(
    at_desk: Desk, olga: User, ada: User, rows: None
) -> None:
    for user, most in ((olga, {"movie", "screen", "movies"}), (ada, {"movie", "screen", "movies"})):
        client, given = at_desk(user), set()
        for model in admin.site._registry:
            for field in model._meta.get_fields():
                query = {
                    "app_label": model._meta.app_label,
                    "model_name": str(model._meta.model_name),
                    "field_name": field.name,
                    "term": "",
                }
                answer = client.get("/admin/autocomplete/", query)
                assert answer.status_code in {200, 403}, query
                if answer.status_code == 200:
                    given.add(field.name)
                    assert user == ada or b"Uplink" not in answer.content
        assert given == most


@pytest.mark.parametrize(
    "query", ["", "app_label=x", "app_label=shows&model_name=show&field_name="]
)
def test_suggestions_for_nothing_are_refused(at_desk: Desk, olga: User, query: str) -> None:
    assert at_desk(olga).get(f"/admin/autocomplete/?{query}").status_code == 403


@pytest.mark.parametrize("order", ["1", "-1", "1.2.3.4.5.6.7", "-7.-6.-5.-4.-3.-2.-1"])
def test_order_search_and_popups_show_own_rows_only(
    at_desk: Desk, olga: User, rows: None, order: str
) -> None:
    client = at_desk(olga)
    for page in pages_of(olga):
        for query in (f"o={order}", f"o={order}&_popup=1&_to_field=id", f"o={order}&q=a&all="):
            answer = client.get(f"{address_of(page)}?{query}")
            assert answer.status_code == 200
            for foreign in (b"Uplink", b"bob@example.com"):
                assert foreign not in answer.content
