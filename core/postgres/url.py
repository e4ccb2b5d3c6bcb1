"""DATABASE_URL: whether it can be one, and how it is named in messages."""

from core.web_addresses import split_url


def parse_database_url(value: str) -> str:
    """The URL of a PostgreSQL database. Raises ValueError, with what is wrong and no password."""
    parts = split_url(value)
    if parts.scheme not in ("postgres", "postgresql") or len(parts.path) < 2:
        raise ValueError(
            "must name a database of a PostgreSQL server: postgresql://user:password@host/name"
        )
    return value


def without_password(value: str) -> str:
    """The URL as it may be shown."""
    parts = split_url(value)
    user, at, host = parts.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}{at}{host}"
    return parts._replace(netloc=shown, query="").geturl()
