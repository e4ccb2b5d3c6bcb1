"""Browsers are told which seats are taken, as it changes, by the real process."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection

from core.postgres.clock import StatementTime
from shows.models import Seat, Show
from tests.api import As, book, hold
from tests.proxy.nginx import in_front_of
from tests.server import Server, Switch, environment, serving
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
LIVE = ("--worker-class", "asgi", "--workers", "1", "--threads", "1")
SOON = 5.0


@pytest.fixture(scope="module")
def switch(django_db_setup: None) -> Switch:
    """The switch between the live map and its database."""
    database = connection.settings_dict
    return Switch(database["HOST"] or "/var/run/postgresql", int(database["PORT"] or 5432))


@pytest.fixture(scope="module")
def live(switch: Switch) -> Iterator[Server]:
    """The live map, on the tests' database."""
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@127.0.0.1:{switch.port}/{database['NAME']}"
    variables = environment(DATABASE_URL=url, DEVELOPMENT="true")
    with serving(variables, arguments=LIVE, application="live.asgi:application") as running:
        yield running


class Events:
    """What a browser reads of a show."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def next(self) -> tuple[str, dict[str, str]]:
        name = ""
        for line in self.lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
        return "over", {}


@contextmanager
def watching(live: Server, show: Show) -> Iterator[Events]:
    with httpx.stream("GET", f"{live.url}/shows/{show.pk}/", timeout=SOON) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        yield Events(answer.iter_lines())


def test_a_viewer_gets_the_map_and_then_what_changes(
    live: Server, as_: As, show: Show, alice: User, bob: User
) -> None:
    hold(as_(alice), show, "A1")
    with watching(live, show) as events:
        assert events.next() == ("map", {"A1": "s"})
        book(as_(bob), show, "B1", "B2")
        assert events.next() == ("change", {"B1": "b", "B2": "b"})
        hold(as_(alice), show, "A2")
        assert events.next() == ("change", {"A1": "", "A2": "s"})


def test_a_lapse_is_told_without_any_write(live: Server, as_: As, show: Show, alice: User) -> None:
    hold(as_(alice), show, "A1")
    Seat.objects.filter(label="A1").update(held_until=StatementTime() + timedelta(seconds=1))
    with watching(live, show) as events:
        assert events.next() == ("map", {"A1": "s"})
        assert events.next() == ("change", {"A1": ""})


def test_all_viewers_of_a_show_are_told_and_nobody_else(
    live: Server, as_: As, show: Show, alice: User
) -> None:
    another = Show.objects.get(pk=show.pk)
    another.pk = None
    for name in ("starts_at", "ends_at", "free_at"):
        setattr(another, name, getattr(another, name) + timedelta(days=1))
    another.save(force_insert=True)
    with (
        watching(live, show) as first,
        watching(live, show) as second,
        watching(live, another) as third,
    ):
        assert [each.next() for each in (first, second, third)] == [("map", {})] * 3
        hold(as_(alice), show, "A1")
        assert first.next() == second.next() == ("change", {"A1": "s"})
        Seat.objects.create(
            show=another, label="A1", row="A", number=1, column=1, category="standard",
            price=1, status="blocked",
        )  # fmt: skip
        assert third.next() == ("change", {"A1": "x"})


def test_what_is_kept_until_it_is_paid_looks_selected(live: Server, show: Show) -> None:
    until = StatementTime() + timedelta(minutes=5)
    Seat.objects.filter(label="A1").update(status="kept", kept_for=1, held_until=until)
    with watching(live, show) as events:
        assert events.next() == ("map", {"A1": "s"})


@pytest.mark.parametrize(
    "path", ["/shows/999999/", "/shows/0/", "/shows/x/", "/", "/api/v1/shows/"]
)
def test_what_is_not_a_show_is_not_found(live: Server, show: Show, path: str) -> None:
    assert httpx.get(live.url + path, timeout=SOON).status_code == 404


def test_one_that_reads_nothing_holds_up_nobody(
    live: Server, as_: As, show: Show, alice: User
) -> None:
    with socket.create_connection(("127.0.0.1", live.port)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        deaf.sendall(f"GET /shows/{show.pk}/ HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        with watching(live, show) as events:
            assert events.next()[0] == "map"
            for label in ("A1", "A2", "A3"):
                hold(as_(alice), show, label)
                assert events.next()[1][label] == "s"


def test_while_the_database_is_away_viewers_are_sent_away_and_then_come_back(
    live: Server, switch: Switch, as_: As, show: Show
) -> None:
    with watching(live, show) as events:
        assert events.next()[0] == "map"
        switch.off()
        try:
            assert events.next()[0] == "over"
            assert httpx.get(f"{live.url}/shows/{show.pk}/", timeout=SOON).status_code == 503
        finally:
            switch.on()
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        with httpx.stream("GET", f"{live.url}/shows/{show.pk}/", timeout=SOON) as answer:
            if answer.status_code == 200:
                return
    raise AssertionError("nobody can watch again")


def test_it_says_that_it_lives(live: Server) -> None:
    assert httpx.get(f"{live.url}/health/live/", timeout=SOON).text == "live\n"


@pytest.mark.needs("nginx")
def test_behind_nginx_events_come_at_once(
    live: Server, as_: As, show: Show, alice: User, tmp_path: Path
) -> None:
    with (
        in_front_of(live, tmp_path, live=live) as proxy,
        httpx.stream(
            "GET", f"{proxy.url}/live/shows/{show.pk}/", timeout=SOON, verify=False
        ) as answer,
    ):
        events = Events(answer.iter_lines())
        assert events.next() == ("map", {})
        hold(as_(alice), show, "A1")
        assert events.next() == ("change", {"A1": "s"})
