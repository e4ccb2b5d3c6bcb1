"""The tests' databases: one is migrated and kept, each process gets a copy, emptied row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

MIGRATED = "moviebooking_migrated_"
ONE_AT_A_TIME = 7_205_759_403_792_793
KEPT = ("auth_permission", "django_content_type", "django_migrations")

# TRUNCATE makes a new file for each table and index, which takes thirty times as long as deleting a
# test's few rows. This waits for writers; foreign keys are off, so the order does not matter.
EMPTY = """
DO $$ DECLARE tables text[]; name text;
BEGIN
  SELECT array_agg(quote_ident(tablename) ORDER BY tablename) INTO tables
  FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ('{%(kept)s}');
  EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ') || ' IN EXCLUSIVE MODE';
  SET LOCAL session_replication_role = replica;
  FOREACH name IN ARRAY tables LOOP
    EXECUTE 'DELETE FROM ' || name;
  END LOOP;
END $$
""" % {"kept": ",".join(KEPT)}  # noqa: UP031 (braces are PostgreSQL's)


@contextmanager
def database() -> Iterator[None]:
    """This process's own database, with all tables and no rows."""
    creation: Any = connection.creation
    name = creation._get_test_db_name()
    quoted = connection.ops.quote_name(name)
    with creation._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        template = _migrated(cursor)
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE {template}")
    _use(name)
    yield
    connection.close()
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {quoted}")


@contextmanager
def another(name: str) -> Iterator[None]:
    """Uses an empty database without tables, which is dropped again."""
    usual: str = connection.settings_dict["NAME"]
    quoted = connection.ops.quote_name(name)
    with connection.creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted}")
    connection.close()
    _use(name)
    try:
        yield
    finally:
        connection.close()
        _use(usual)
        with connection.creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def empty() -> None:
    """Delete what a test committed, in our tables and in the queue's."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)


def _migrated(cursor: Any) -> str:
    """Returns the name of a database with these migrations; the first process makes it."""
    name = MIGRATED + _hash_of_migrations()
    cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MIGRATED])
    found = {row[0] for row in cursor.fetchall()}
    if name not in found:
        for outdated in found:
            cursor.execute(f"DROP DATABASE {outdated} WITH (FORCE)")
        cursor.execute(f"ALTER DATABASE {_migrate()} RENAME TO {name}")
    cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
    return name


def _hash_of_migrations() -> str:
    """Returns a hash of the content of all apps' migrations."""
    directories = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    files = sorted(file for directory in directories for file in directory.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _migrate() -> str:
    """Make a database as Django does for tests; return its temporary name."""
    usual, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    name, test["NAME"] = test["NAME"], "moviebooking_unfinished"
    made: str = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    test["NAME"] = name
    _use(usual)
    return made


def _use(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
