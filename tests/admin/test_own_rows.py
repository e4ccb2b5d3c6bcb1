"""Who sees and does what: owners only their theaters, admins everything, others nothing."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client

from bookings.models import Booking
from movies.models import Movie
from shows.models import Show
from tests.admin.conftest import page
from theaters.models import Screen, Theater
from users.models import User

LISTS = ("movies/movie/", "theaters/theater/", "theaters/screen/", "shows/show/")
OPERATION = ("users/user/", "procrastinate/procrastinatejob/", "admin/logentry/")
Desk = Callable[[User], Client]


@pytest.fixture
def foreign(ottos_booking: Booking, ottos_show: Show, ottos: Theater) -> list[str]:
    """Every page about something of Otto's."""
    steps = ("change", "delete", "history")
    things = (
        f"theaters/theater/{ottos.pk}",
        f"theaters/screen/{ottos_show.screen_id}",
        f"shows/show/{ottos_show.pk}",
        f"bookings/booking/{ottos_booking.pk}",
    )
    return [f"{thing}/{step}/" for thing in things for step in steps]


def test_an_owner_sees_nothing_of_another(at_desk: Desk, olga: User, foreign: list[str]) -> None:
    client = at_desk(olga)
    for path in foreign:
        for answer in (
            client.get(f"/admin/{path}"),
            client.post(f"/admin/{path}", {"post": "yes"}),
        ):
            assert answer.status_code in {302, 403}, path
    assert Booking.objects.get().status == "confirmed"
    assert Show.objects.exists()


def test_foreign_objects_look_as_if_they_did_not_exist(
    at_desk: Desk, olga: User, ottos_show: Show, ottos_booking: Booking, bob: User
) -> None:
    client = at_desk(olga)
    for path, pk in (
        ("shows/show/{}/cancel/", ottos_show.pk),
        (f"shows/show/{{}}/release/{bob.pk}/", ottos_show.pk),
        ("bookings/booking/{}/cancel/", ottos_booking.pk),
    ):
        for send in (client.get, client.post):
            foreign = send(f"/admin/{path.format(pk)}")
            nothing = send(f"/admin/{path.format(10**30)}")
            assert foreign.status_code == nothing.status_code == 404
            assert foreign.content == nothing.content
    assert Booking.objects.get().status == "confirmed"


def test_lists_and_their_filters_name_own_rows_only(
    at_desk: Desk, olga: User, olgas_booking: Booking, ottos_booking: Booking, ottos: Theater
) -> None:
    client = at_desk(olga)
    for path in (*LISTS, "bookings/booking/"):
        said = page(client, path)
        assert "Uplink" not in said
        assert "bob@example.com" not in said
        assert "0 results" not in said
    for path in ("theaters/screen/", "shows/show/", "bookings/booking/"):
        assert b"Uplink" not in client.get(f"/admin/{path}?theater={ottos.pk}").content
    assert olgas_booking.reference in page(client, "bookings/booking/")
    assert "alice@example.com" in page(client, "bookings/booking/")


def test_suggestions_are_own_rows_only(
    at_desk: Desk, olga: User, ottos: Theater, screen: Screen
) -> None:
    query = "app_label=shows&model_name=show&field_name=screen&term="
    found = at_desk(olga).get(f"/admin/autocomplete/?{query}").json()["results"]
    assert [each["id"] for each in found] == [str(screen.pk)]


def test_an_admin_sees_all(
    at_desk: Desk, ada: User, olgas_booking: Booking, ottos_booking: Booking, foreign: list[str]
) -> None:
    client = at_desk(ada)
    said = page(client, "bookings/booking/")
    assert olgas_booking.reference in said
    assert ottos_booking.reference in said
    for path in foreign:
        if "bookings" not in path or "delete" not in path:
            assert client.get(f"/admin/{path}").status_code == 200, path


def test_accounts_jobs_and_changes_are_for_admins(at_desk: Desk, olga: User, ada: User) -> None:
    index = page(at_desk(olga), "")
    for path in OPERATION:
        assert at_desk(olga).get(f"/admin/{path}").status_code == 403
        assert f"/admin/{path}" not in index
        assert at_desk(ada).get(f"/admin/{path}").status_code == 200
    assert at_desk(olga).get(f"/admin/users/user/{ada.pk}/change/").status_code == 403


def test_movies_are_written_by_admins(at_desk: Desk, olga: User, movie: Movie) -> None:
    client = at_desk(olga)
    assert "Metropolis" in page(client, f"movies/movie/{movie.pk}/change/")
    for path in ("add/", f"{movie.pk}/change/", f"{movie.pk}/delete/"):
        answer = client.post(f"/admin/movies/movie/{path}", {"title": "Mine", "post": "yes"})
        assert answer.status_code == 403
    assert Movie.objects.get().title == "Metropolis"


def test_customers_and_strangers_get_the_login(
    at_desk: Desk, alice: User, foreign: list[str]
) -> None:
    for client in (at_desk(alice), Client()):
        for path in (*foreign, *LISTS, *OPERATION, ""):
            answer = client.get(f"/admin/{path}")
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/admin/login/")


def test_nobody_makes_or_deletes_what_services_own(
    at_desk: Desk, ada: User, olgas_booking: Booking
) -> None:
    client = at_desk(ada)
    assert client.get("/admin/bookings/booking/add/").status_code == 403
    assert client.get("/admin/users/user/add/").status_code == 403
    for thing in (f"bookings/booking/{olgas_booking.pk}", f"users/user/{ada.pk}"):
        assert client.post(f"/admin/{thing}/delete/", {"post": "yes"}).status_code == 403
    address = f"/admin/bookings/booking/{olgas_booking.pk}/change/"
    assert client.post(address, {"status": "cancelled", "total": "0"}).status_code == 403
    olgas_booking.refresh_from_db()
    assert olgas_booking.status == "confirmed"


def test_only_pages_that_know_our_roles_are_there() -> None:
    names = {model.__name__ for model in admin.site._registry}
    assert names == {
        "Movie", "Theater", "Screen", "Show", "Booking", "User", "ProcrastinateJob", "LogEntry",
        "TicketType", "Voucher", "Report",
        "PaymentSettings",
        "ProviderAccount",
        "Receipt",
        "Scan",
        "Payment", "Refund", "Difference",
        "Membership", "Invitation",
    }  # fmt: skip


@pytest.mark.parametrize(
    "lookup", ["password__startswith=a", "sessions__address=x", "bookings__reference=x"]
)
def test_columns_that_are_not_shown_cannot_be_guessed_at(
    at_desk: Desk, ada: User, lookup: str
) -> None:
    assert at_desk(ada).get(f"/admin/users/user/?{lookup}").status_code == 400
