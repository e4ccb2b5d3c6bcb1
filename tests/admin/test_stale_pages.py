"""A form whose row somebody else has changed meanwhile says so, and saves nothing."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client

from bookings.cancelling_shows import cancel_show
from movies.models import Movie
from shows.models import Show
from tests.admin.conftest import page
from tests.api import As
from tests.parallel import at_once
from theaters.models import Screen, Theater
from users import administration
from users.accounts import change_details
from users.models import User

Desk = Callable[[User], Client]
SAID = "Somebody else has changed this since you opened the page"
PAGES = {
    "movies/movie": (
        {"title": "Metropolis", "duration_minutes": "153"},
        {"duration_minutes": "150"},
        {"title": "M"},
    ),
    "theaters/theater": (
        {"name": "Babylon", "city": "Berlin", "timezone": "Europe/Berlin", "currency": "EUR"},
        {"city": "Bonn"},
        {"name": "Kino"},
    ),
    "theaters/screen": (
        {"name": "Screen 1", "layout": "ss\nss", "turnaround_minutes": "15"},
        {"layout": "sss"},
        {"turnaround_minutes": "0"},
    ),
    "shows/show": ({"price": "250.00", "format": "2D"}, {"price": "300"}, {"format": "IMAX"}),
    "users/user": ({"role": "user", "is_active": "on"}, {"role": "owner"}, {"is_active": ""}),
}


@pytest.fixture
def row_of(
    movie: Movie, theater: Theater, screen: Screen, show: Show, alice: User
) -> Callable[[str], Model]:
    rows = (movie, theater, screen, show, alice)
    return dict(zip(PAGES, rows, strict=True)).__getitem__


def opened(client: Client, path: str) -> dict[str, str]:
    """What the form holds that the person does not type."""
    said = page(client, path)
    (version,) = re.findall(r'name="version" value="(\w+)"', said)
    start = re.findall(r'name="starts_at" value="([^"]+)"', said)
    movie = re.findall(r'<option value="(\d+)" selected', said)
    hidden = {"version": version, "owner": "", "movie": movie[0] if movie else ""}
    return hidden | ({"starts_at": start[0]} if start else {})


@pytest.mark.parametrize("path", PAGES)
def test_whoever_saves_second_is_told_and_undoes_nothing(
    at_desk: Desk, ada: User, olga: User, row_of: Callable[[str], Model], path: str
) -> None:
    row, client = row_of(path), at_desk(ada)
    address = f"{path}/{row.pk}/change/"
    as_it_is, first, second = PAGES[path]
    seen = opened(client, address) | {"owner": str(olga.pk)}
    assert "was changed successfully" in page(client, address, **(seen | as_it_is | first))
    (as_changed,) = type(row)._default_manager.filter(pk=row.pk).values()
    entries = LogEntry.objects.count()
    said = page(client, address, **(seen | as_it_is | second))
    assert SAID in said
    assert type(row)._default_manager.filter(pk=row.pk).values().get() == as_changed
    assert LogEntry.objects.count() == entries
    again = opened(client, address) | {"owner": str(olga.pk)}
    assert "was changed successfully" in page(client, address, **(again | as_it_is | second))


def test_a_page_that_was_sent_back_with_a_mistake_is_as_old_as_it_was(
    at_desk: Desk, ada: User, movie: Movie
) -> None:
    client, address = at_desk(ada), f"movies/movie/{movie.pk}/change/"
    seen = opened(client, address)
    Movie.objects.update(certificate="R")
    bad = page(client, address, title="M", duration_minutes="0", version=seen["version"])
    assert f'value="{seen["version"]}"' in bad
    assert SAID in page(client, address, title="M", duration_minutes="1", version=seen["version"])


def test_fields_that_nobody_types_do_not_make_a_page_stale(
    at_desk: Desk, ada: User, alice: User, as_: As
) -> None:
    client, address = at_desk(ada), f"users/user/{alice.pk}/change/"
    seen = opened(client, address)
    as_(alice)
    assert SAID not in page(client, address, role="owner", is_active="on", **seen)
    alice.refresh_from_db()
    assert alice.role == "owner"


def test_a_role_is_not_given_to_a_user_who_was_renamed_meanwhile(
    at_desk: Desk, ada: User, alice: User
) -> None:
    client, address = at_desk(ada), f"users/user/{alice.pk}/change/"
    seen = opened(client, address)
    change_details(user=alice, changes={"name": "Mallory"})
    assert SAID in page(client, address, role="owner", is_active="on", **seen)


def test_a_show_that_was_cancelled_meanwhile_stays_cancelled(
    at_desk: Desk, ada: User, olga: User, show: Show
) -> None:
    client, address = at_desk(olga), f"shows/show/{show.pk}/change/"
    seen = opened(client, address)
    cancel_show(user=ada, show_id=show.pk, reason="Flood")
    answer = client.post(f"/admin/{address}", {"price": "1", "format": "2D", **seen})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["movies/movie", "theaters/theater", "theaters/screen", "shows/show"]
)
def test_a_row_that_was_changed_meanwhile_is_not_deleted(
    at_desk: Desk, ada: User, row_of: Callable[[str], Model], path: str
) -> None:
    Show.objects.all()[0].seats.all().delete()
    row = row_of(path)
    if path != "shows/show":
        Show.objects.all().delete()
    client, address = at_desk(ada), f"{path}/{row.pk}/delete/"
    seen = re.findall(r'name="version" value="(\w+)"', page(client, address))
    name, value = {"shows/show": ("format", "IMAX"), "movies/movie": ("title", "M")}.get(
        path, ("name", "N")
    )
    type(row)._default_manager.filter(pk=row.pk).update(**{name: value})
    assert SAID in page(client, address, post="yes", version=seen[0])
    assert type(row)._default_manager.filter(pk=row.pk).exists()
    again = re.findall(r'name="version" value="(\w+)"', page(client, address))
    page(client, address, post="yes", version=again[0])
    assert not type(row)._default_manager.filter(pk=row.pk).exists()


def promoted_at_once(at_desk: Desk, ada: User, user: User) -> int:
    """How many of eight pages that show the same account save what was changed on them."""
    address = f"users/user/{user.pk}/change/"
    seen = opened(at_desk(ada), address) | {"role": "owner", "is_active": "on"}
    answers = at_once([partial(at_desk(ada).post, f"/admin/{address}", seen) for _ in range(8)])
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert all(SAID in answer.content.decode() for answer in answers if answer.status_code == 200)
    return sum(answer.status_code == 302 for answer in answers)


@pytest.fixture
def users(ada: User) -> list[User]:
    names = [f"someone{number}@example.com" for number in range(10)]
    return [User.objects.create_user(name, name="Someone") for name in names]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("races")
def test_of_eight_pages_at_once_one_is_saved(at_desk: Desk, ada: User, users: list[User]) -> None:
    assert [promoted_at_once(at_desk, ada, user) for user in users] == [1] * len(users)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("races")
def test_without_the_lock_several_pages_are_saved(
    at_desk: Desk, ada: User, users: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(user_id: int) -> dict[int, User]:
        return {user.pk: user for user in User.objects.filter(pk__in=[user_id, ada.pk])}

    monkeypatch.setattr(administration, "_lock_with_admins", unlocked)
    assert any(promoted_at_once(at_desk, ada, user) > 1 for user in users)
