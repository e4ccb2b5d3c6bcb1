"""Why the database lets nobody in, as a sentence for the person who starts the program."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg
from django.db import DatabaseError
from django.db.migrations.exceptions import MigrationSchemaMissing
from psycopg.errors import InsufficientPrivilege


class _Reason(NamedTuple):
    """What the server, libpq or the resolver say; what to do; whether waiting would be in vain."""

    said: str
    remedy: str
    is_final: bool = True


REASONS = (
    _Reason(
        r"password authentication failed|no password supplied|role .* does not exist",
        "the server refuses this user or its password: correct them, with # as %23, / as %2F, "
        "? as %3F, @ as %40 and % as %25, or make the role, as docs/deploy.md shows",
    ),
    _Reason(
        r"database .* does not exist",
        "the server has no such database: correct its name, or make it, as docs/deploy.md shows",
    ),
    _Reason(
        r"Name or service not known|nodename nor servname|No address associated",
        "there is no host of this name: correct it",
    ),
    _Reason(
        r"pg_hba\.conf|permission denied for database|is not permitted to log in",
        "the server lets this user in neither from here nor into this database: let an "
        "administrator of the server change that",
    ),
    _Reason(
        r"invalid connection option|invalid (sslmode|channel_binding) value",
        "what stands after ? is nothing that PostgreSQL knows: correct it",
    ),
    _Reason(
        r"Connection refused|No such file or directory|No route to host|timeout|just not answered",
        "nobody answers there: start PostgreSQL, or correct host and port",
        is_final=False,
    ),
)
NOT_THE_OWNER = (
    "this user may not make tables or extensions there: let it own the database, "
    "as docs/deploy.md shows"
)


def refusal(error: BaseException, database: Mapping[str, Any]) -> str | None:
    """Return the sentence; None for an error that a connected database gives, which may be a bug.

    `database` is one of Django's DATABASES.
    """
    cause = _cause(error)
    if isinstance(error, MigrationSchemaMissing) or isinstance(cause, InsufficientPrivilege):
        return f"DATABASE_URL={url_without_password(database)}: {NOT_THE_OWNER}."
    reason = _reason(cause)
    if reason is None and (not isinstance(cause, psycopg.OperationalError) or cause.sqlstate):
        return None
    remedy = reason.remedy if reason else "see what it says"
    return (
        f"DATABASE_URL={url_without_password(database)}: {remedy} ({' '.join(str(cause).split())})."
    )


def is_final(error: BaseException) -> bool:
    """Return whether retrying is pointless until somebody changes something."""
    reason = _reason(_cause(error))
    return reason is not None and reason.is_final


def url_without_password(database: Mapping[str, Any]) -> str:
    """Return the database as a URL without its password."""
    user, port = database.get("USER"), database.get("PORT")
    at, colon = f"{user}@" if user else "", f":{port}" if port else ""
    host = quote(database.get("HOST") or "", safe="")
    return f"postgresql://{at}{host}{colon}/{database['NAME']}"


def _cause(error: BaseException) -> BaseException:
    """Return psycopg's error, which Django has wrapped."""
    is_wrapped = isinstance(error, DatabaseError) and isinstance(error.__cause__, psycopg.Error)
    return error.__cause__ or error if is_wrapped else error


def _reason(cause: BaseException) -> _Reason | None:
    if not isinstance(cause, psycopg.Error) or cause.sqlstate:
        return None
    return next((reason for reason in REASONS if re.search(reason.said, str(cause))), None)
