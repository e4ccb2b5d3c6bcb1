"""Who is let in, who is not and why, and who may ask."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from admission.models import Scan
from admission.tests.conftest import opened, signed, ticket_for
from bookings.models import Booking, Ticket, TicketKey
from bookings.tickets import keys
from core.postgres.clock import StatementTime
from shows.models import Seat, Show
from tests.api import As
from tests.clock import let_pass
from tests.problems import problem
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/checkin/scan/"


def scan(client: APIClient, code: Any, show: Show, nonce: str = "n1", **more: Any) -> Any:
    return client.post(ADDRESS, {"code": code, "show": show.pk, "nonce": nonce, **more})


def reason(client: APIClient, code: str, show: Show, nonce: str = "n1") -> str:
    answer = scan(client, code, show, nonce)
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = answer.json()
    assert (said["status"] == "admitted") == (said["reason"] == "")
    stored = Scan.objects.get(nonce=nonce)
    assert (stored.reason, stored.answer) == (said["reason"], said)
    return str(said["reason"])


def test_a_ticket_admits_its_holder_once(as_: As, olga: User, show: Show, ticket: Ticket) -> None:
    client = as_(olga)
    said = scan(client, signed(ticket), show).json()
    assert said["ticket"] == {"seat": "A1", "type": "", "film": "Metropolis"}
    assert (said["status"], said["reason"]) == ("admitted", "")
    ticket.refresh_from_db()
    assert ticket.used_at is not None
    assert datetime.fromisoformat(said["at"]) == ticket.used_at
    again = scan(client, ticket.code, show, "n2").json()
    assert again == said | {"status": "refused", "reason": "already_used"}


@pytest.mark.parametrize("change", [str, str.upper, " {} ".format])
def test_a_bare_code_will_do(
    as_: As, olga: User, show: Show, ticket: Ticket, change: Callable[[str], str]
) -> None:
    assert reason(as_(olga), change(ticket.code), show) == ""


def test_an_admin_may_scan_everywhere(as_: As, ada: User, show: Show, ticket: Ticket) -> None:
    assert reason(as_(ada), ticket.code, show) == ""


def test_a_ticket_for_another_show_of_the_theater_is_not_used(
    as_: As, olga: User, make_show: Callable[..., Show], ticket: Ticket
) -> None:
    assert reason(as_(olga), ticket.code, make_show()) == "wrong_show"
    ticket.refresh_from_db()
    assert ticket.used_at is None


@pytest.mark.parametrize(
    ("minutes", "expected"), [(61, "too_early"), (59, ""), (-119, ""), (-121, "ended")]
)
def test_the_doors_are_open_from_an_hour_before_until_the_end(
    as_: As, olga: User, show: Show, ticket: Ticket, minutes: int, expected: str
) -> None:
    opened(show, timedelta(minutes=minutes))
    assert reason(as_(olga), ticket.code, show) == expected


def test_the_theater_says_when_the_doors_open(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    Theater.objects.update(checkin_from_minutes=29)
    assert reason(as_(olga), ticket.code, show) == "too_early"
    Theater.objects.update(checkin_from_minutes=31)
    assert reason(as_(olga), ticket.code, show, "n2") == ""


def test_a_cancelled_ticket_admits_nobody(
    as_: As, olga: User, alice: User, show: Show, ticket: Ticket
) -> None:
    path = f"/api/v1/bookings/{ticket.booking.reference}/cancel/"
    assert as_(olga).post(path).status_code == 200
    assert reason(as_(olga), signed(ticket), show) == "cancelled"


def test_a_cancelled_show_admits_nobody(as_: As, olga: User, show: Show, ticket: Ticket) -> None:
    as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})
    assert reason(as_(olga), ticket.code, show) == "cancelled"
    Ticket.objects.update(status="valid", seat=None)
    assert reason(as_(olga), ticket.code, show, "n2") == "cancelled"


def test_an_unpaid_ticket_waits_for_the_cashier(
    as_: As, olga: User, alice: User, show: Show
) -> None:
    ticket = ticket_for(alice, show, is_paid=False)
    opened(show)
    assert reason(as_(olga), ticket.code, show) == "unpaid"
    Booking.objects.update(paid_at=StatementTime())
    assert reason(as_(olga), ticket.code, show, "n2") == ""


@pytest.mark.parametrize(("model", "fields"), [
    (Theater, {"admits_unpaid": True}), (Booking, {"total": 0}),
])  # fmt: skip
def test_who_owes_nothing_or_may_owe_it_comes_in(
    as_: As, olga: User, alice: User, show: Show, model: Any, fields: dict[str, Any]
) -> None:
    ticket = ticket_for(alice, show, is_paid=False)
    opened(show)
    model.objects.update(**fields)
    assert reason(as_(olga), ticket.code, show) == ""


def test_a_pending_ticket_is_unpaid_even_where_unpaid_ones_are_let_in(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    Theater.objects.update(admits_unpaid=True)
    Ticket.objects.update(status="pending")
    assert reason(as_(olga), ticket.code, show) == "unpaid"


def test_an_older_print_is_reissued_and_the_newest_one_admits(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    Ticket.objects.update(issue=2)
    assert reason(as_(olga), signed(ticket, 1), show) == "reissued"
    assert reason(as_(olga), signed(ticket, 2), show, "n2") == ""


def test_a_ticket_that_another_one_replaces_is_reissued(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    Ticket.objects.update(status="void")
    booking, seat = ticket.booking, Seat.objects.get(show=show, label="A2")
    fields = {"code": "b" * 32, "label": "A2", "category": "standard", "price": 1, "seat": seat}
    Ticket.objects.create(booking=booking, replaces=ticket, **fields)
    assert reason(as_(olga), ticket.code, show) == "reissued"
    assert reason(as_(olga), "b" * 32, show, "n2") == ""
    Seat.objects.filter(label__in=["A1", "A2"]).update(status="available")


@pytest.mark.parametrize("code", ["0" * 32, "g" * 32, "x", "100" + "0" * 132, "é" * 135])
def test_what_is_no_ticket_is_unknown(
    as_: As, olga: User, show: Show, ticket: Ticket, code: str
) -> None:
    problem(scan(as_(olga), code, show), 404, "unknown_ticket")
    assert not Scan.objects.exists()


def test_a_forged_token_is_unknown_and_so_is_one_of_a_retired_key(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    real = signed(ticket)
    forged = real[:-3] + ("000" if real[-3:] != "000" else "100")
    problem(scan(as_(olga), forged, show), 404, "unknown_ticket")
    TicketKey.objects.update(retired_at=StatementTime())
    keys.make_key()
    problem(scan(as_(olga), real, show), 404, "unknown_ticket")
    assert reason(as_(olga), signed(ticket), show) == ""


def test_a_ticket_of_another_theater_is_unknown_and_stays_unused(
    as_: As, otto: User, ticket: Ticket, make_show: Callable[..., Show]
) -> None:
    foreign = Theater.objects.create(name="Astra", city="Graz", owner=otto)
    own = make_show(screen=Screen.objects.create(theater=foreign, name="Blue"))
    problem(scan(as_(otto), signed(ticket), opened(own)), 404, "unknown_ticket")
    ticket.refresh_from_db()
    assert ticket.used_at is None


def test_a_ticket_of_ones_other_theater_is_for_another_show(
    as_: As, olga: User, ticket: Ticket, make_show: Callable[..., Show]
) -> None:
    second = Theater.objects.create(name="Astra", city="Graz", owner=olga)
    other = make_show(screen=Screen.objects.create(theater=second, name="Blue"))
    assert reason(as_(olga), ticket.code, opened(other)) == "wrong_show"


def test_one_scans_for_shows_of_ones_own(
    as_: As, alice: User, otto: User, show: Show, ticket: Ticket
) -> None:
    problem(scan(as_(alice), ticket.code, show), 403, "permission_denied")
    said = problem(scan(as_(otto), ticket.code, show), 400, "does_not_exist")
    assert said["errors"][0]["field"] == "show"


def test_a_nonce_gets_its_answer_again(as_: As, olga: User, show: Show, ticket: Ticket) -> None:
    client, code = as_(olga), signed(ticket)
    first = scan(client, code, show).json()
    assert scan(client, code, show).json() == first
    assert Scan.objects.count() == 1


def test_a_refusal_is_kept_with_its_nonce_even_if_it_would_be_none_now(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    opened(show, timedelta(hours=3))
    assert reason(as_(olga), ticket.code, show) == "too_early"
    let_pass(timedelta(hours=2, minutes=30))
    assert reason(as_(olga), ticket.code, show) == "too_early"
    assert reason(as_(olga), ticket.code, show, "n2") == ""


def test_a_nonce_is_for_one_code_and_one_show(
    as_: As, olga: User, show: Show, ticket: Ticket, make_show: Callable[..., Show]
) -> None:
    client = as_(olga)
    scan(client, ticket.code, show)
    problem(scan(client, "0" * 32, show), 422, "nonce_reused")
    problem(scan(client, ticket.code, make_show()), 422, "nonce_reused")


def test_an_unknown_ticket_leaves_its_nonce_free_and_nonces_are_ones_own(
    as_: As, olga: User, ada: User, show: Show, ticket: Ticket
) -> None:
    problem(scan(as_(olga), "0" * 32, show), 404, "unknown_ticket")
    assert reason(as_(olga), ticket.code, show) == ""
    assert scan(as_(ada), ticket.code, show).json()["reason"] == "already_used"


@pytest.mark.parametrize(
    "wrong", [{"code": 7}, {"show": "1"}, {"nonce": ""}, {"nonce": "n" * 65}, {"code": "c" * 201}]
)
def test_what_is_no_scan_is_refused(
    as_: As, olga: User, show: Show, ticket: Ticket, wrong: dict[str, Any]
) -> None:
    body = {"code": ticket.code, "show": show.pk, "nonce": "n1"} | wrong
    problem(as_(olga).post(ADDRESS, body), 400)


def test_a_used_ticket_is_not_cancelled(
    as_: As, olga: User, alice: User, show: Show, ticket: Ticket
) -> None:
    scan(as_(olga), ticket.code, show)
    path = f"/api/v1/bookings/{ticket.booking.reference}/cancel/"
    problem(as_(olga).post(path), 409, "already_used")


def test_a_scan_takes_few_queries(as_: As, olga: User, show: Show, ticket: Ticket) -> None:
    client, code = as_(olga), signed(ticket)
    with queries_at_most(7):
        assert reason_of(scan(client, code, show)) == ""
    with queries_at_most(5):
        assert reason_of(scan(client, code, show)) == ""
    with queries_at_most(8):
        assert reason_of(scan(client, code, show, "n2")) == "already_used"


def reason_of(answer: Any) -> str:
    return str(answer.json()["reason"])


def test_a_show_that_people_came_to_by_mistake_is_kept(
    as_: As, olga: User, make_show: Callable[..., Show], ticket: Ticket
) -> None:
    other = make_show()
    assert reason(as_(olga), ticket.code, other) == "wrong_show"
    problem(as_(olga).delete(f"/api/v1/shows/{other.pk}/"), 409, "has_bookings")
