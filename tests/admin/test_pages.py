"""Lists take few queries, names are escaped, and no input breaks a page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.booking import book_seats
from bookings.models import Booking
from bookings.order import Order
from movies.models import Movie
from shows.holding import hold_seats
from shows.models import Show
from tests.admin.conftest import page
from tests.clock import let_pass
from theaters.models import Theater
from theaters.services import add_screen, open_theater
from users.models import User

Desk = Callable[[User], Client]
LISTS = (
    "movies/movie/",
    "theaters/theater/",
    "theaters/screen/",
    "shows/show/",
    "bookings/booking/",
    "theaters/paymentsettings/",
    "payments/provideraccount/",
    "payments/receipt/",
    "admission/scan/",
    "payments/payment/",
    "payments/refund/",
    "payments/difference/",
    "users/user/",
    "procrastinate/procrastinatejob/",
    "admin/logentry/",
)


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page(client, path)
    return len(queries)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_however_long(
    at_desk: Desk, ada: User, olgas_booking: Booking, make_show: Callable[..., Show], path: str
) -> None:
    client = at_desk(ada)
    _fill(client, make_show, 1)
    few = queries_of(client, path)
    _fill(client, make_show, 5)
    assert queries_of(client, path) == few


def _fill(client: Client, make_show: Callable[..., Show], rows: int) -> None:
    for _ in range(rows):
        number = User.objects.count()
        user = User.objects.create_user(f"someone{number}@example.com", name="Someone")
        book_seats(user_id=user.pk, order=Order(make_show().pk, ["A1"]))
        movie = Movie.objects.create(title=f"Movie {number}", duration_minutes=90)
        open_theater(owner=user, name=f"Theater {number}", city="Berlin")
        page(client, f"movies/movie/{movie.pk}/change/", title="Other", duration_minutes="91")


def test_a_show_costs_the_same_however_many_seats(
    at_desk: Desk, ada: User, theater: Theater, make_show: Callable[..., Show], alice: User
) -> None:
    client = at_desk(ada)
    large = make_show(screen=add_screen(theater_id=theater.pk, name="2", layout=["s" * 50] * 50))
    small = make_show(screen=add_screen(theater_id=theater.pk, name="3", layout=["ss"]))
    book_seats(user_id=alice.pk, order=Order(large.pk, ["A1", "A2", "B7"]))
    hold_seats(user_id=alice.pk, show_id=large.pk, labels=["C1", "C2"])
    path = "shows/show/{}/change/"
    page(client, path.format(small.pk))
    assert (
        queries_of(client, path.format(large.pk)) <= queries_of(client, path.format(small.pk)) + 1
    )


def test_filters_find_what_they_say(
    at_desk: Desk, ada: User, olgas_booking: Booking, ottos_booking: Booking, movie: Movie
) -> None:
    def found(path: str) -> int:
        answer = at_desk(ada).get(f"/admin/{path}")
        assert answer.status_code == 200, path
        return int(answer.context["cl"].result_count)

    theater = ottos_booking.show.screen.theater_id
    assert found("shows/show/") == found("bookings/booking/?when=all") == 2
    assert found(f"shows/show/?theater={theater}") == 1
    assert found(f"bookings/booking/?theater={theater}&status__exact=confirmed") == 1
    assert found(f"theaters/screen/?theater={theater}") == 1
    assert found(f"bookings/booking/?show__id__exact={olgas_booking.show_id}") == 1
    assert found(f"bookings/booking/?q={olgas_booking.reference.lower()}") == 1
    assert found("bookings/booking/?q=ALICE%40example") == 1
    assert found("bookings/booking/?q=nobody") == 0
    assert found("users/user/?role__exact=owner&is_active__exact=1") == 2
    assert found("movies/movie/?showing=now") == 1
    assert found("movies/movie/?showing=soon") == 0
    let_pass(timedelta(days=2))
    assert found("shows/show/") == found("shows/show/?when=past") == 1
    assert found("bookings/booking/?when=past") == 1
    year = ottos_booking.show.local_date.year
    assert found(f"shows/show/?local_date__year={year}") == 1


def test_a_ticket_at_the_door_is_found_by_its_code(
    at_desk: Desk, olga: User, otto: User, olgas_booking: Booking
) -> None:
    code = olgas_booking.tickets.latest("pk").code
    let_pass(timedelta(days=2))

    def found(staff: User, written: str) -> list[Booking]:
        answer = at_desk(staff).get("/admin/bookings/booking/", {"q": written})
        return list(answer.context["cl"].result_list)

    assert found(olga, code) == found(olga, code.upper()) == [olgas_booking]
    assert found(olga, olgas_booking.reference.lower()) == [olgas_booking]
    assert found(olga, code[:-1]) == []
    assert found(otto, code) == found(otto, olgas_booking.reference) == []
    told = page(at_desk(olga), f"bookings/booking/{olgas_booking.pk}/change/")
    for part in ("C3", "C4", "250.00", "badge-valid"):
        assert part in told


EVIL = "<script>alert(1)</script>"


def test_markup_in_names_stays_text(
    at_desk: Desk, ada: User, olgas_booking: Booking, alice: User, movie: Movie, theater: Theater
) -> None:
    User.objects.update(name=EVIL)
    Movie.objects.update(title=EVIL, genres=[EVIL[:40]], cast=[EVIL])
    Theater.objects.update(name=EVIL, city=EVIL)
    show_id = olgas_booking.show_id
    client = at_desk(ada)
    reason = page(client, f"shows/show/{show_id}/cancel/", reason=EVIL)
    pages = [page(client, path) for path in ("", *LISTS)]
    for thing in (
        f"movies/movie/{movie.pk}",
        f"theaters/theater/{theater.pk}",
        f"shows/show/{show_id}",
        f"bookings/booking/{olgas_booking.pk}",
        f"users/user/{alice.pk}",
    ):
        pages.append(page(client, f"{thing}/change/"))
        pages.append(page(client, f"{thing}/history/"))
    for said in (reason, *pages):
        assert "<script>alert" not in said
    assert "&lt;script&gt;alert" in "".join(pages)


@pytest.mark.parametrize(
    "query",
    [
        "q=%27%22%25%5C_&p=0",
        "p=99999999999999999999",
        "o=1.-2.x",
        "o=99",
        "theater=1e5",
        "theater=99999999999999999999999999999999",
        "when=nonsense&showing=nonsense",
        "status__exact=%E2%82%AC&role__exact=x&is_active__exact=x",
        "local_date__year=99999999999&show__local_date__year=x",
        "show__id__exact=99999999999999999999999999999999",
        "show__id__exact=x",
        "_to_field=password&_popup=1",
        "all=&e=1",
        "q=" + "x" * 3000,
    ],
)
def test_a_strange_query_breaks_no_list(at_desk: Desk, ada: User, query: str) -> None:
    client = at_desk(ada)
    for path in LISTS:
        answer = client.get(f"/admin/{path}?{query}", follow=True)
        assert answer.status_code in {200, 400}, path


@pytest.mark.parametrize(
    "pk", ["0", "-1", "x", "1e3", str(10**30), "9" * 5000, "None", "%F0%9F%8E%AC"]
)
def test_a_strange_id_breaks_no_page(at_desk: Desk, ada: User, pk: str) -> None:
    client = at_desk(ada)
    for path in LISTS:
        for step in ("change/", "delete/", "history/", "cancel/", ""):
            answer: Any = client.get(f"/admin/{path}{pk}/{step}")
            assert answer.status_code < 500, (path, step)
