"""What devices without network decide is recorded, and what contradicts it is shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from admission.models import Scan
from admission.tests.conftest import opened, signed
from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from shows.models import Show
from tests.api import As
from tests.problems import problem
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/checkin/batch/"
GOOD: dict[str, Any] = {"recorded": True, "conflict": ""}


def decided(code: str, show: Show, nonce: str = "n1", **more: Any) -> dict[str, Any]:
    """A scan that a device has decided a minute ago."""
    at = (timezone.now() - timedelta(minutes=1)).isoformat()
    usual = {"code": code, "show": show.pk, "nonce": nonce, "at": at, "result": "admitted"}
    return usual | more


Send = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def send(as_: As, olga: User) -> Send:
    """Sends scans as Olga's device, and returns what became of them."""
    client = as_(olga)

    def post(*scans: dict[str, Any]) -> list[dict[str, Any]]:
        answer = client.post(ADDRESS, {"scans": scans})
        assert answer.status_code == 200, answer.content
        told: list[dict[str, Any]] = answer.json()["scans"]
        assert [each.pop("nonce") for each in told] == [scan["nonce"] for scan in scans]
        return told

    return post


def test_who_was_let_in_has_used_the_ticket_at_that_time(
    send: Send, show: Show, ticket: Ticket
) -> None:
    Booking.objects.update(created_at=StatementTime() - timedelta(hours=1))
    scan = decided(signed(ticket), show)
    assert send(scan) == [GOOD]
    ticket.refresh_from_db()
    assert ticket.used_at == datetime.fromisoformat(scan["at"])
    stored = Scan.objects.get()
    assert (stored.is_offline, stored.device_at, stored.ticket) == (True, ticket.used_at, ticket)


def test_a_device_that_let_nobody_in_changes_nothing(
    send: Send, show: Show, ticket: Ticket
) -> None:
    assert send(decided(ticket.code, show, result="refused")) == [GOOD]
    ticket.refresh_from_db()
    assert ticket.used_at is None
    assert Scan.objects.get().ticket == ticket


def test_the_earlier_of_two_devices_is_right_whichever_is_heard_first(
    send: Send, show: Show, ticket: Ticket
) -> None:
    late, early = (timezone.now() - timedelta(minutes=each) for each in (1, 9))
    first = decided(ticket.code, show, "n1", at=late.isoformat())
    second = decided(ticket.code, show, "n2", at=early.isoformat())
    told = send(first, second)
    assert told == [{"recorded": True, "conflict": "already_used"}, GOOD]


def cancelled() -> None:
    Ticket.objects.update(status="void")


def unpaid() -> None:
    Booking.objects.update(paid_at=None)


def newer() -> None:
    Ticket.objects.update(issue=1)


@pytest.mark.parametrize(("change", "conflict", "is_used"), [
    (cancelled, "cancelled", False), (unpaid, "unpaid", True), (newer, "reissued", True),
])  # fmt: skip
def test_what_speaks_against_it_is_told_and_who_is_in_is_in(
    send: Send, show: Show, ticket: Ticket, change: Any, conflict: str, is_used: bool
) -> None:
    code = signed(ticket)
    change()
    assert send(decided(code, show)) == [{"recorded": True, "conflict": conflict}]
    ticket.refresh_from_db()
    assert (ticket.used_at is not None) == is_used
    assert Scan.objects.get().reason == conflict


def test_it_is_judged_by_the_time_at_which_it_happened(
    send: Send, show: Show, ticket: Ticket
) -> None:
    opened(show, timedelta(hours=-3))
    before = (timezone.now() - timedelta(hours=2)).isoformat()
    assert send(decided(ticket.code, show, at=before)) == [GOOD]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_clock_that_is_wrong_does_no_harm(
    send: Send, show: Show, ticket: Ticket, at: str
) -> None:
    assert send(decided(ticket.code, show, at=at))[0]["recorded"]
    ticket.refresh_from_db()
    now, stored = datetime.now(UTC), Scan.objects.get()
    assert ticket.used_at is not None
    assert stored.device_at is not None
    assert ticket.booking.created_at <= ticket.used_at <= now
    assert abs(stored.device_at - now) < timedelta(days=367)


def test_a_time_without_an_offset_is_in_utc(send: Send, show: Show, ticket: Ticket) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    send(decided(ticket.code, show, at=now.replace(tzinfo=None).isoformat()))
    assert Scan.objects.get().device_at == now


def test_a_batch_that_is_sent_again_gets_the_same(send: Send, show: Show, ticket: Ticket) -> None:
    batch = [decided(ticket.code, show, "n1"), decided(ticket.code, show, "n2")]
    batch += [decided("0" * 32, show, "n3"), decided(ticket.code, show, "n4", result="refused")]
    first = send(*batch)
    assert [each["conflict"] for each in first] == ["", "already_used", "unknown_ticket", ""]
    assert send(*batch) == first
    assert Scan.objects.count() == 4


def test_a_nonce_of_another_scan_is_not_recorded(send: Send, show: Show, ticket: Ticket) -> None:
    reused = {"recorded": False, "conflict": "nonce_reused"}
    assert send(decided(ticket.code, show), decided("0" * 32, show)) in (
        [GOOD, reused],
        [{"recorded": True, "conflict": "unknown_ticket"}, reused],
    )


def test_a_scan_whose_online_answer_was_lost_is_the_same_scan(
    send: Send, as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    online = {"code": ticket.code, "show": show.pk, "nonce": "n1"}
    first = as_(olga).post("/api/v1/checkin/scan/", online).json()
    assert first["status"] == "admitted"
    assert send(decided(ticket.code, show)) == [GOOD]
    assert as_(olga).post("/api/v1/checkin/scan/", online).json() == first


def test_who_came_in_though_the_lost_answer_was_no_is_in(
    send: Send, as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    unpaid()
    online = {"code": ticket.code, "show": show.pk, "nonce": "n1"}
    assert as_(olga).post("/api/v1/checkin/scan/", online).json()["reason"] == "unpaid"
    assert send(decided(ticket.code, show)) == [{"recorded": True, "conflict": "unpaid"}]
    ticket.refresh_from_db()
    assert ticket.used_at is not None


def test_an_unknown_ticket_stays_so_when_its_nonce_comes_online(
    send: Send, as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    send(decided("0" * 32, show))
    online = {"code": "0" * 32, "show": show.pk, "nonce": "n1"}
    problem(as_(olga).post("/api/v1/checkin/scan/", online), 404, "unknown_ticket")


def test_shows_and_tickets_of_others_are_unknown(
    send: Send, otto: User, show: Show, ticket: Ticket, make_show: Callable[..., Show]
) -> None:
    foreign = Theater.objects.create(name="Astra", city="Graz", owner=otto)
    theirs = make_show(screen=Screen.objects.create(theater=foreign, name="Blue"))
    Booking.objects.update(show=theirs)
    assert send(
        decided(ticket.code, theirs, "n1"),
        decided(ticket.code, show, "n2"),
        decided(ticket.code, Show(pk=2**40), "n3"),
    ) == [
        {"recorded": False, "conflict": "unknown_show"},
        {"recorded": True, "conflict": "unknown_ticket"},
        {"recorded": False, "conflict": "unknown_show"},
    ]
    ticket.refresh_from_db()
    assert ticket.used_at is None
    Booking.objects.update(show=show)


def test_a_batch_has_at_most_500_scans_and_may_be_empty(
    send: Send, as_: As, olga: User, alice: User, show: Show
) -> None:
    assert send() == []
    scans = [decided("0" * 32, show, str(number)) for number in range(501)]
    assert len(send(*scans[1:])) == 500
    problem(as_(olga).post(ADDRESS, {"scans": scans}), 400, "validation_failed")
    problem(as_(alice).post(ADDRESS, {"scans": []}), 403, "permission_denied")


def test_a_recorded_scan_takes_four_queries(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    client, scan = as_(olga), decided(signed(ticket), show)
    with queries_at_most(3 + 4):
        client.post(ADDRESS, {"scans": [scan]})
