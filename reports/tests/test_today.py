"""The day at a glance."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from core.postgres.rows import execute
from payments.models import Payment, Refund
from payments.tests.sold import _books_are_right
from reports.today import Today, TodaysTheater, read_today
from shows.models import Show
from tests.queries import queries_at_most
from tests.staff import hire
from theaters.models import Theater
from users.models import User

__all__ = ["_books_are_right"]
pytestmark = pytest.mark.django_db
TODAY = """
UPDATE shows_show SET local_date = (statement_timestamp() AT TIME ZONE 'Europe/Berlin')::date
"""


def at(today: Today, show: Show) -> TodaysTheater:
    """Returns the show's theater."""
    (found,) = (each for each in today.theaters if each.id == show.screen.theater_id)
    return found


@pytest.fixture
def on_today(busy: Show) -> Show:
    execute(TODAY)
    return busy


def test_a_show_of_today_has_its_seats(on_today: Show, olga: User) -> None:
    (show,) = at(read_today(user=olga), on_today).shows
    assert (show.title, show.sold, show.left, show.state) == ("Metropolis", 3, 97, "to come")
    assert show.share == 3


def test_shows_of_other_days_are_not_listed(busy: Show, olga: User) -> None:
    execute("UPDATE shows_show SET local_date = local_date + 400")
    assert at(read_today(user=olga), busy).shows == []


def test_takings_are_split_by_payment(on_today: Show, olga: User) -> None:
    theater = at(read_today(user=olga), on_today)
    found = {each.way: (each.payments, each.came, each.went) for each in theater.takings}
    assert found["counter, cash"] == (1, Decimal("750.00"), Decimal("0.00"))
    ((_, came, went),) = [each for way, each in found.items() if way != "counter, cash"]
    assert came == went > 0
    assert theater.taken == Decimal("750.00")


def test_a_stuck_refund_needs_somebody(on_today: Show, olga: User, ada: User) -> None:
    Refund.objects.update(status="stuck")
    for user in (olga, ada):
        (need,) = at(read_today(user=user), on_today).needs
        assert (need.kind, need.number) == ("stuck_refunds", 1)


def test_a_failed_refund_and_money_held_apart_need_somebody(on_today: Show, olga: User) -> None:
    Refund.objects.update(status="failed")
    (need,) = at(read_today(user=olga), on_today).needs
    assert need.kind == "failed_refunds"
    Refund.objects.update(status="due")
    assert at(read_today(user=olga), on_today).needs == []
    Payment.objects.filter(refunds__isnull=False).update(problem="wrong_amount")
    (need,) = at(read_today(user=olga), on_today).needs
    assert need.kind == "quarantined_payments"
    Refund.objects.update(status="succeeded")
    assert at(read_today(user=olga), on_today).needs == []


def test_a_show_without_a_price_needs_somebody(
    on_today: Show, olga: User, make_show: Callable[..., Show]
) -> None:
    make_show(price=0)
    make_show(prices={"premium": "0.00"})
    make_show(price=0, status="cancelled")
    (need,) = at(read_today(user=olga), on_today).needs
    assert (need.kind, need.number) == ("shows_without_prices", 2)


def test_only_admins_are_told_of_jobs_that_failed(on_today: Show, olga: User, ada: User) -> None:
    execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert read_today(user=olga).needs == []
    (need,) = read_today(user=ada).needs
    assert need.kind == "failed_jobs"


def test_an_owner_sees_only_their_theaters(on_today: Show, otto: User, alice: User) -> None:
    assert read_today(user=otto).theaters == read_today(user=alice).theaters == []


def test_a_cashier_sees_the_shows_but_not_the_takings(on_today: Show, bob: User) -> None:
    theater = on_today.screen.theater
    hire(bob, "cashier", theater)
    Refund.objects.update(status="stuck")
    found = at(read_today(user=bob), on_today)
    assert (len(found.shows), found.takings, found.needs) == (1, [], [])
    assert (found.may_run, found.may_schedule) == (False, False)


def test_of_many_theaters_only_those_where_something_is_on_are_listed(
    on_today: Show, ada: User, olga: User
) -> None:
    for count in (11, 1):
        before = len(read_today(user=ada).theaters)
        for number in range(count):
            Theater.objects.create(name=f"{before + number}", city="Graz", owner=olga)
    assert before == 12
    assert [each.id for each in read_today(user=ada).theaters] == [on_today.screen.theater_id]


def test_it_costs_the_same_however_much_is_on(
    on_today: Show, olga: User, make_show: Callable[..., Show]
) -> None:
    for count in (0, 6):
        for _ in range(count):
            show = make_show()
            Theater.objects.create(name=f"T{show.pk}", city="Graz", owner=olga)
        execute(TODAY)
        with queries_at_most(7):
            today = read_today(user=olga)
    assert len(at(today, on_today).shows) == 7


def test_the_start_page_shows_it(on_today: Show, olga: User) -> None:
    client = Client()
    client.force_login(olga)
    Refund.objects.update(status="stuck")
    said = client.get("/admin/").content.decode()
    for words in ("Babylon", "Metropolis", "Counter, cash", "750.00", "1 refund stuck"):
        assert words in said


def test_the_start_page_costs_the_same_however_much_is_on(
    on_today: Show, olga: User, make_show: Callable[..., Show]
) -> None:
    client = Client()
    client.force_login(olga)
    for _ in range(2):
        with queries_at_most(14):
            client.get("/admin/")
        for _ in range(5):
            make_show()
        execute(TODAY)
