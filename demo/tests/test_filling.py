"""`manage.py demo`: what it puts into the database, and when it refuses to."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Max
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from movies.models import Movie
from shows.models import Seat, Show
from tests.api import As
from tests.invariants import violations
from tests.parallel import at_once, hang_up
from theaters.models import Screen, Theater
from users.models import Role, User

PASSWORD = "correct-horse-battery"


def demo(**options: Any) -> None:
    call_command("demo", **({"theaters": 3, "days": 2, "users": 60} | options))


def snapshot(**options: Any) -> list[list[Any]]:
    """Returns all that a demo makes, without ids and times of holds, and rolls it back."""
    with transaction.atomic():
        demo(**options)
        rows: list[list[Any]] = [
            list(User.objects.order_by("email").values_list("email", "name", "date_joined")),
            list(Movie.objects.order_by("title").values_list("title", "release_date")),
            list(
                Booking.objects.order_by("reference").values_list(
                    *("reference", "user__email", "status", "total", "created_at", "cancelled_at"),
                    *("show__screen__theater__name", "show__screen__name", "show__starts_at"),
                )
            ),
            list(Ticket.objects.order_by("code").values_list("code", "label", "price", "status")),
            list(
                Seat.objects.order_by("show__screen__name", "show__starts_at", "id").values_list(
                    *("show__screen__name", "show__starts_at", "show__movie__title"),
                    *("label", "price", "status", "held_by__email"),
                )
            ),
        ]
        transaction.set_rollback(True)
    return rows


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_data_on_the_same_day() -> None:
    assert snapshot(seed=7) == snapshot(seed=7)


@pytest.mark.django_db
def test_another_seed_gives_another_programme_and_other_references() -> None:
    _, _, bookings, tickets, seats = snapshot(seed=7)
    _, _, others, other_tickets, other_seats = snapshot(seed=8)
    assert not {row[0] for row in bookings} & {row[0] for row in others}
    assert not {row[0] for row in tickets} & {row[0] for row in other_tickets}
    assert {row[:3] for row in seats} != {row[:3] for row in other_seats}


@pytest.mark.django_db
def test_what_is_sold_held_and_cancelled_is_consistent() -> None:
    demo()
    assert violations() == []
    assert set(Seat.objects.values_list("status", flat=True)) == {
        *("available", "selected", "booked", "blocked")
    }
    assert set(Booking.objects.values_list("status", flat=True)) == {"confirmed", "cancelled"}


@pytest.mark.django_db
def test_seats_are_held_now_for_shows_that_have_not_started() -> None:
    demo()
    held = Seat.objects.filter(status="selected")
    assert held.exists()
    assert not held.exclude(held_until__gt=StatementTime()).exists()
    assert not held.exclude(held_since__lte=StatementTime()).exists()
    assert not held.exclude(show__in=Show.objects.on_sale()).exists()


@pytest.mark.django_db
def test_nothing_happened_in_the_future_or_in_the_wrong_order() -> None:
    demo(days=6)
    assert not Booking.objects.filter(created_at__gt=StatementTime()).exists()
    assert not Booking.objects.filter(created_at__gt=F("show__starts_at")).exists()
    assert not Booking.objects.filter(created_at__lt=F("show__created_at")).exists()
    assert not Booking.objects.filter(created_at__lt=F("user__date_joined")).exists()
    cancelled = Booking.objects.filter(status="cancelled")
    assert not cancelled.filter(cancelled_at__lt=F("created_at")).exists()
    assert not cancelled.filter(cancelled_at__gt=F("show__starts_at")).exists()
    newest_first = list(Booking.objects.values_list("created_at", flat=True))
    assert newest_first == sorted(newest_first, reverse=True)


@pytest.mark.django_db
def test_alice_has_past_and_upcoming_bookings_and_one_that_she_cancelled(
    as_: As,
) -> None:
    demo(theaters=1, days=10)
    client = as_(User.objects.get(email="alice@example.com"))
    upcoming = client.get("/api/v1/bookings/?upcoming=true").json()["results"]
    others = client.get("/api/v1/bookings/?upcoming=false").json()["results"]
    assert [booking["status"] for booking in upcoming] == ["confirmed"] * 3
    assert sorted(booking["status"] for booking in others) == ["cancelled", *["confirmed"] * 3]


@pytest.mark.django_db
def test_the_accounts_have_their_roles_their_password_and_a_verified_address(
    as_: As,
) -> None:
    demo(theaters=4)
    found = {user.name: user for user in User.objects.filter(email__endswith="@example.com")}
    assert {name: user.role for name, user in found.items()} == {
        "Ada": Role.ADMIN,
        "Olga": Role.OWNER,
        "Otto": Role.OWNER,
        "Alice": Role.USER,
        "Bob": Role.USER,
        "Mona": Role.USER,
        "Carl": Role.USER,
        "Dora": Role.USER,
    }
    for name, role in (("Mona", "manager"), ("Carl", "cashier"), ("Dora", "door")):
        works = found[name].memberships.values_list("theater__owner__name", "role")
        assert list(works) == [("Olga", role)] * 2
    for user in found.values():
        assert as_(user).get("/api/v1/users/me/").json()["email_verified"]
    owners = dict(Theater.objects.values_list("name", "owner__name"))
    assert sorted(owners.values()) == ["Olga", "Olga", "Otto", "Otto"]


@pytest.mark.django_db
def test_four_theaters_are_in_three_zones_with_two_to_four_screens() -> None:
    demo(theaters=4)
    assert len(set(Theater.objects.values_list("timezone", flat=True))) == 3
    for theater in Theater.objects.all():
        assert 2 <= Screen.objects.filter(theater=theater).count() <= 4
    characters = {"".join(screen.layout) for screen in Screen.objects.all()}
    assert any(set("spwrx_") <= set(layout) for layout in characters)


@pytest.mark.django_db
def test_twice_the_seats_take_no_more_statements() -> None:
    def statements(days: int) -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            demo(days=days)
            transaction.set_rollback(True)
        return len(queries)

    assert statements(4) == statements(2) < 60


@pytest.mark.django_db
def test_a_database_with_data_is_refused(movie: Movie) -> None:
    with pytest.raises(CommandError, match="movies already"):
        demo()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_second_demo_is_refused_and_changes_nothing() -> None:
    demo()
    newest = Booking.objects.aggregate(Max("id"))
    with pytest.raises(CommandError, match="users already"):
        demo(seed=2)
    assert Booking.objects.aggregate(Max("id")) == newest


@pytest.mark.django_db
def test_if_empty_quietly_does_nothing_when_there_are_users(
    alice: User, capfd: pytest.CaptureFixture[str]
) -> None:
    demo(if_empty=True)
    assert capfd.readouterr() == ("", "")
    assert User.objects.get() == alice


@pytest.mark.django_db
def test_if_empty_quietly_keeps_away_from_movies_without_users(movie: Movie) -> None:
    demo(if_empty=True)
    assert Movie.objects.get() == movie
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_fill_the_database_once_and_say_so(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        at_once([lambda: demo(theaters=1, if_empty=True)] * 2)
    finally:
        hang_up()
    assert Theater.objects.count() == 1
    assert capfd.readouterr().err.count("Filling the empty database") == 1
    assert User.objects.filter(email="ada@example.com").count() == 1
    assert violations() == []


@pytest.mark.django_db
def test_production_is_refused(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="production"):
        demo()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_production_gets_a_random_password_if_it_is_asked_for(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEVELOPMENT = False
    demo(even_in_production=True)
    ada = User.objects.get(email="ada@example.com")
    assert not ada.check_password(PASSWORD)
    assert ada.check_password(capsys.readouterr().out.strip().rpartition(" ")[2])


@pytest.mark.django_db
def test_even_in_production_does_not_touch_a_database_with_users(
    alice: User, settings: Settings
) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="users already"):
        demo(even_in_production=True)
    assert User.objects.get() == alice


@pytest.mark.parametrize("option", ["theaters", "days", "users"])
def test_sizes_out_of_range_are_refused(option: str) -> None:
    with pytest.raises(CommandError, match=f"--{option} must be from 1"):
        demo(**{option: 0})
