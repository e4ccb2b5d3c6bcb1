"""The proxy's faults do what they say: above all, a COMMIT whose reply is lost is executed."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection

from lab.stress.proxy import Proxy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proxy() -> Proxy:
    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"] or 5432
    return Proxy(lambda: f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, int(port)))


@pytest.fixture
def table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stressed (number integer)")
        yield
        cursor.execute("DROP TABLE stressed")


def connect(proxy: Proxy) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host="127.0.0.1",
        port=proxy.port,
        user="postgres",
        dbname=connection.settings_dict["NAME"],
        sslmode="disable",
        gssencmode="disable",
        connect_timeout=3,
    )


def insert_through(proxy: Proxy) -> None:
    with connect(proxy) as database:
        database.execute("INSERT INTO stressed VALUES (1)")


def stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stressed")
        (count,) = cursor.fetchone()
    return int(count)


def test_it_passes_on_what_it_is_not_told_to_break(proxy: Proxy, table: None) -> None:
    insert_through(proxy)
    assert stored() == 1


def test_a_commit_whose_reply_is_lost_is_done(proxy: Proxy, table: None) -> None:
    proxy.commits_to_cut = 1
    with pytest.raises(psycopg.OperationalError):
        insert_through(proxy)
    assert (stored(), proxy.cut) == (1, 1)


def test_a_commit_that_is_lost_is_not_done(proxy: Proxy, table: None) -> None:
    proxy.commits_to_cut, proxy.cuts_before = 1, True
    with pytest.raises(psycopg.OperationalError):
        insert_through(proxy)
    assert (stored(), proxy.cut) == (0, 1)


def test_a_reset_ends_every_connection(proxy: Proxy, table: None) -> None:
    with connect(proxy) as database:
        assert proxy.reset() == 1
        with pytest.raises(psycopg.OperationalError):
            database.execute("SELECT 1")


def test_it_refuses_connections(proxy: Proxy, table: None) -> None:
    proxy.refuses = True
    with pytest.raises(psycopg.OperationalError):
        connect(proxy)


def test_an_insert_that_waits_for_its_commit_is_not_visible(proxy: Proxy, table: None) -> None:
    proxy.commit_delay = 600
    with ThreadPoolExecutor(1) as threads:
        insertion = threads.submit(insert_through, proxy)
        while not held_back():
            time.sleep(0.01)
        assert stored() == 0
        proxy.reset()
        assert isinstance(insertion.exception(), psycopg.OperationalError)


def held_back() -> bool:
    """Returns whether somebody has inserted and not yet committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity WHERE query LIKE 'INSERT INTO stressed%'"
            " AND state = 'idle in transaction' AND datname = current_database()"
        )
        return bool(cursor.rowcount)
