"""The office's pages that make or change many shows at once."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from movies.models import Movie
from shows.models import Show
from tests.admin.conftest import page
from tests.queries import queries_at_most
from tests.staff import hire
from theaters.models import Screen, Theater
from users.models import User

Desk = Callable[[User], Client]
MONDAY = timezone.now().date() + timedelta(days=14 - timezone.now().weekday())


def wish(screens: list[Screen], movie: Movie, first: date = MONDAY, **more: Any) -> dict[str, Any]:
    """What a browser sends: the first line is filled in, the others are empty."""
    fields = ("movie", "times", "price", "price_premium", "opens", "closes", "language", "format")
    empty = {f"line{line}-{name}": "" for line in range(8) for name in fields}
    return empty | {
        "theater": screens[0].theater_id,
        "first": first.isoformat(),
        "weekdays": list(range(7)),
        "line0-movie": movie.pk,
        "line0-screens": [screen.pk for screen in screens],
        "line0-times": "11:00 14:00 17:00 20:15",
        "line0-price": "12.50",
        **more,
    }


def make(client: Client, path: str, data: dict[str, Any]) -> str:
    """Presses the button of the dry run."""
    said = page(client, path, **data)
    (digest,) = re.findall('name="make" value="([0-9a-f]+)"', said)
    return page(client, path, **data, make=digest)


@pytest.fixture
def screens(screen: Screen) -> list[Screen]:
    others = [Screen(theater=screen.theater, name=f"Screen {n}", layout=["ss"]) for n in (2, 3, 4)]
    return [screen, *Screen.objects.bulk_create(others)]


def test_112_shows_are_seen_first_and_made_then(
    at_desk: Desk, olga: User, movie: Movie, screens: list[Screen]
) -> None:
    client = at_desk(olga)
    assert "112 shows would be made" in page(client, "shows/show/plan/", **wish(screens, movie))
    assert not Show.objects.exists()
    assert "Shows made: 112." in make(client, "shows/show/plan/", wish(screens, movie))
    assert Show.objects.count() == LogEntry.objects.count() == 112


def test_the_dry_run_costs_the_same_however_many_shows(
    at_desk: Desk, olga: User, movie: Movie, screens: list[Screen]
) -> None:
    client = at_desk(olga)
    for some in (screens[:1], screens):
        with queries_at_most(16):
            page(client, "shows/show/plan/", **wish(some, movie))


def test_clashes_are_shown_and_the_others_can_be_made(
    at_desk: Desk, olga: User, movie: Movie, screens: list[Screen]
) -> None:
    client = at_desk(olga)
    some = wish(screens[:1], movie, weekdays=[0, 1])
    make(client, "shows/show/plan/", some)
    more = wish(screens[:1], movie, weekdays=[1, 2])
    said = page(client, "shows/show/plan/", **more)
    assert "4 shows would be made, 4 cannot" in said
    assert "The screen is taken by Metropolis" in said
    assert "Shows made: 4." in make(client, "shows/show/plan/", more)
    assert Show.objects.count() == 12


def test_what_has_changed_since_the_dry_run_is_shown_and_nothing_made(
    at_desk: Desk, olga: User, movie: Movie, screens: list[Screen]
) -> None:
    client = at_desk(olga)
    data = wish(screens, movie)
    said = page(client, "shows/show/plan/", **data)
    (digest,) = re.findall('name="make" value="([0-9a-f]+)"', said)
    make(client, "shows/show/plan/", wish(screens[:1], movie, weekdays=[3]))
    said = page(client, "shows/show/plan/", **data, make=digest)
    assert "Something has changed since you looked." in said
    assert Show.objects.count() == 4


def test_a_day_is_filled(at_desk: Desk, olga: User, movie: Movie, screens: list[Screen]) -> None:
    data = wish(screens[:1], movie, weekdays=[0]) | {"line0-times": ""}
    data |= {"line0-opens": "10:00", "line0-closes": "01:00"}
    assert "5 shows would be made" in page(at_desk(olga), "shows/show/plan/", **data)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("line0-times", "25 past", "Write times such as"),
        ("line0-times", "", "Write times, or from when"),
        ("line0-price", "-1", "Write an amount"),
        ("line0-movie", "0", "Select a valid choice"),
        ("line0-screens", "0", "Select a valid choice"),
        ("first", "soon", "Enter a valid date"),
        ("weekdays", "9", "Select a valid choice"),
    ],
)
def test_nonsense_is_told_at_its_field(
    at_desk: Desk, olga: User, movie: Movie, screens: list[Screen], field: str, value: str,
    words: str,
) -> None:  # fmt: skip
    said = page(at_desk(olga), "shows/show/plan/", **(wish(screens, movie) | {field: value}))
    assert words in said
    assert "would be made" not in said


def test_a_week_is_copied_to_another(
    at_desk: Desk, olga: User, movie: Movie, screens: list[Screen]
) -> None:
    client = at_desk(olga)
    make(client, "shows/show/plan/", wish(screens, movie))
    to = MONDAY + timedelta(days=7)
    data = {"theater": screens[0].theater_id, "first": MONDAY, "span": 7, "to": to}
    assert "Shows made: 112." in make(client, "shows/show/copy/", data)
    assert "112 cannot" in page(client, "shows/show/copy/", **data)


def test_another_owners_screens_are_not_offered_or_taken(
    at_desk: Desk, olga: User, movie: Movie, screen: Screen, ottos: Theater
) -> None:
    client, theirs = at_desk(olga), ottos.screens.get()
    assert "Uplink" not in page(client, f"shows/show/plan/?theater={ottos.pk}")
    said = page(client, "shows/show/plan/", **wish([theirs], movie))
    assert "Select a valid choice" in said
    assert not Show.objects.exists()


@pytest.mark.parametrize("name", ["plan", "copy"])
def test_customers_do_not_come_in(at_desk: Desk, alice: User, screen: Screen, name: str) -> None:
    assert at_desk(alice).get(f"/admin/shows/show/{name}/").status_code in (302, 403)


def test_an_owner_without_a_theater_is_told(at_desk: Desk, otto: User) -> None:
    assert "no theater here" in page(at_desk(otto), "shows/show/plan/")


def test_chosen_shows_get_new_prices(
    at_desk: Desk, olga: User, make_show: Callable[..., Show]
) -> None:
    client, shows = at_desk(olga), [make_show(), make_show()]
    data = {"action": "change_prices", "_selected_action": [show.pk for show in shows]}
    assert "These prices will be those of 2 shows" in page(client, "shows/show/", **data)
    said = page(client, "shows/show/", **data, price="9,50", price_premium="11")
    assert "Shows with new prices: 2." in said
    assert {str(show.price) for show in Show.objects.all()} == {"9.50"}
    assert LogEntry.objects.count() == 2


def test_a_manager_plans_and_a_cashier_does_not(
    at_desk: Desk, movie: Movie, alice: User, bob: User, screens: list[Screen]
) -> None:
    hire(alice, "manager", screens[0].theater)
    hire(bob, "cashier", screens[0].theater)
    manager, cashier = at_desk(alice), at_desk(bob)
    assert "Shows made: 28." in make(manager, "shows/show/plan/", wish(screens[:1], movie))
    assert "Plan shows" in page(manager, "")
    assert "Plan shows" not in page(cashier, "")
    show = Show.objects.latest("pk").pk
    for path in ("plan/", "copy/", "timeline/", f"{show}/move/"):
        answer = cashier.get(f"/admin/shows/show/{path}")
        assert answer.status_code in (302, 403, 404)
        assert b"Screen 1" not in answer.content
