"""The proxy's faults are what they say: above all, a COMMIT is done whose reply is lost."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from torture.proxy import Proxy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proxy() -> Proxy:
    host = connection.settings_dict["HOST"]
    if not host.startswith("/"):
        pytest.skip("The test database has no socket.")
    return Proxy(lambda: f"{host}/.s.PGSQL.{connection.settings_dict['PORT'] or 5432}")


@pytest.fixture
def table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE tortured (number integer)")
        yield
        cursor.execute("DROP TABLE tortured")


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
        database.execute("INSERT INTO tortured VALUES (1)")


def stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tortured")
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
