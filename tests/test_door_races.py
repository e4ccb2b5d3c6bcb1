"""Doors that scan at once, beside cancelling; each guard has a twin that switches it off and must
break."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from admission import door, judging, scanning
from admission.models import Scan
from admission.tests.conftest import opened, ticket_for
from bookings import cancelling
from bookings.models import Ticket
from core.postgres.clock import StatementTime
from core.postgres.rows import rows_of
from shows.models import Show
from tests.invariants import violations
from tests.parallel import at_once
from tests.racing import cancel, cancel_show, client_of, statuses, switch_off
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS, DOORS = 4, 50
NO_GUARD = (
    "AND ticket.status = 'valid' AND ticket.used_at IS NULL",
    """AND ticket.id = (SELECT id FROM bookings_ticket seen WHERE seen.code = %(code)s
    AND seen.status = 'valid' AND seen.used_at IS NULL AND pg_sleep(0.02) IS NOT NULL)""",
)
NO_CLAIM = """
SELECT 1 WHERE %(hash)s::bytea IS NOT NULL AND %(at)s::timestamptz IS NULL AND NOT EXISTS (
  SELECT FROM admission_scan
  WHERE by_id = %(by)s AND nonce = %(nonce)s AND show_id = %(show)s AND pg_sleep(0) IS NOT NULL)
"""
AFTERWARDS = """
INSERT INTO admission_scan (by_id, nonce, payload_hash, show_id, ticket_id, reason, answer)
VALUES (%(by)s, %(nonce)s, %(hash)s, %(show)s, %(ticket)s, %(reason)s, %(answer)s)
ON CONFLICT (by_id, nonce) DO NOTHING
"""


def scan(user: User, show: Show, ticket: Ticket, nonce: str) -> Callable[[], Any]:
    body = {"code": ticket.code, "show": show.pk, "nonce": nonce}
    return partial(client_of(user).post, "/api/v1/checkin/scan/", body)


def admitted(answers: list[Any]) -> int:
    assert statuses(answers) == [200] * len(answers)
    return [answer.json()["status"] for answer in answers].count("admitted")


def race_of_doors(olga: User, alice: User, show: Show) -> list[int]:
    """How many of fifty doors let the holder of one ticket in, each round."""
    tickets = [ticket_for(alice, show, f"A{number}") for number in range(1, ROUNDS + 1)]
    opened(show)
    return [
        admitted(at_once(scan(olga, show, ticket, f"{ticket.pk}-{door}") for door in range(DOORS)))
        for ticket in tickets
    ]


def test_of_fifty_scans_of_a_ticket_one_lets_in(olga: User, alice: User, show: Show) -> None:
    assert race_of_doors(olga, alice, show) == [1] * ROUNDS
    assert Scan.objects.filter(reason="already_used").count() == ROUNDS * (DOORS - 1)


def test_looking_before_writing_lets_several_in(
    olga: User, alice: User, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch, judging, "ADMIT", *NO_GUARD)
    assert max(race_of_doors(olga, alice, show)) > 1


def race_of_a_nonce(olga: User, alice: User, show: Show) -> list[int]:
    tickets = [ticket_for(alice, show, f"A{number}") for number in range(1, ROUNDS + 1)]
    opened(show)
    return [
        admitted(at_once(scan(olga, show, ticket, f"n{ticket.pk}") for _ in range(8)))
        for ticket in tickets
    ]


def test_a_scan_that_is_sent_eight_times_at_once_has_one_answer(
    olga: User, alice: User, show: Show
) -> None:
    assert race_of_a_nonce(olga, alice, show) == [8] * ROUNDS
    assert Scan.objects.count() == ROUNDS


def test_storing_the_nonce_with_the_answer_turns_the_guest_away(
    olga: User, alice: User, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "CLAIM", NO_CLAIM)
    monkeypatch.setattr(scanning, "REMEMBER", AFTERWARDS)
    assert min(race_of_a_nonce(olga, alice, show)) < 8


def race_with_cancelling(olga: User, alice: User, show: Show, crowd: list[User]) -> list[str]:
    """What went wrong: people who are in and have their money back."""
    tickets = [ticket_for(user, show, f"B{n}") for n, user in enumerate(crowd[:10], start=1)]
    opened(show)
    wrong = []
    for ticket in tickets:
        said, gone = at_once(
            [scan(olga, show, ticket, f"c{ticket.pk}"), cancel(olga, ticket.booking.reference)]
        )
        ticket.refresh_from_db()
        is_in = said.json().get("status") == "admitted"
        if said.status_code != 200 or is_in != (gone.status_code == 409):
            wrong.append(f"{ticket}: {said.content!r} {gone.content!r}")
        if is_in == (ticket.status == "void"):
            wrong.append(f"{ticket}, {said.content!r}")
    return wrong


def test_nobody_is_in_whose_ticket_is_cancelled(
    olga: User, alice: User, show: Show, crowd: list[User]
) -> None:
    assert race_with_cancelling(olga, alice, show, crowd) == []
    assert violations() == []


def test_without_the_tickets_lock_somebody_is(
    olga: User, alice: User, show: Show, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(
        monkeypatch,
        cancelling,
        "CANCEL",
        "ORDER BY ticket.id FOR NO KEY UPDATE",
        "ORDER BY ticket.id",
        "FROM wanted JOIN bookings_booking booking ON booking.id = wanted.booking_id",
        "FROM pg_sleep(0.15), wanted JOIN bookings_booking booking"
        " ON booking.id = wanted.booking_id",
    )
    assert race_with_cancelling(olga, alice, show, crowd) != []


def race_with_the_end_of_the_show(
    make_show: Callable[..., Show], olga: User, crowd: list[User]
) -> list[int]:
    """Statuses other than 200 of scans beside cancelling their show."""
    for _ in range(ROUNDS):
        show = make_show()
        tickets = [ticket_for(user, show, f"C{n}") for n, user in enumerate(crowd[:8], start=1)]
        opened(show)
        doors = [scan(olga, show, ticket, f"e{ticket.pk}") for ticket in tickets]
        answers = statuses(at_once([*doors, cancel_show(olga, show)]))
        if wrong := [status for status in answers if status != 200]:
            return wrong
    return []


def test_cancelling_a_show_and_its_doors_never_deadlock(
    make_show: Callable[..., Show], olga: User, crowd: list[User]
) -> None:
    assert race_with_the_end_of_the_show(make_show, olga, crowd) == []


def test_without_the_shows_lock_they_do(
    make_show: Callable[..., Show], olga: User, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan's reference to the show is checked at COMMIT, when it has the ticket."""
    switch_off(monkeypatch, scanning, "LOCK_SHOW", "FOR KEY SHARE OF show", "")
    slow = (
        "SET ticket_id = %(ticket)s",
        "SET ticket_id = %(ticket)s + 0 * length(pg_sleep(0.05)::text)",
    )
    switch_off(monkeypatch, scanning, "REMEMBER", *slow)
    assert race_with_the_end_of_the_show(make_show, olga, crowd) != []


# The list that a device takes along


def what_is_told_of_a_change_under_way(olga: User, alice: User, show: Show) -> list[str]:
    """A scan that is older than the list, and commits after it: what the next list says of it."""
    ticket, client = ticket_for(alice, show), client_of(olga)
    changed, listed = Event(), Event()
    path = f"/api/v1/shows/{show.pk}/door/"

    def change() -> str:
        with transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(used_at=StatementTime())
            changed.set()
            listed.wait(20)
        return ""

    def take() -> str:
        changed.wait(20)
        rows_of("SELECT pg_current_xact_id()")  # a newer one, which is over
        said = client.get(path).json()
        listed.set()
        assert [each["status"] for each in said["tickets"]] == ["valid"]
        return str(said["cursor"])

    _, cursor = at_once([change, take])
    said = client.get(f"{path}?since={cursor}").json()
    return [each["status"] for each in said["tickets"]]


def test_a_change_under_way_is_in_the_next_list(olga: User, alice: User, show: Show) -> None:
    assert what_is_told_of_a_change_under_way(olga, alice, show) == ["used"]


def test_with_the_newest_number_as_cursor_it_is_missed(
    olga: User, alice: User, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = ("pg_snapshot_xmin(pg_current_snapshot())", "pg_snapshot_xmax(pg_current_snapshot())")
    switch_off(monkeypatch, door, "LIST", *newest)
    assert what_is_told_of_a_change_under_way(olga, alice, show) == []
