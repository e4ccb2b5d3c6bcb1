"""DATABASE_URL: whether it can be one."""

from core.configuration.web_addresses import split_url


def parse_database_url(value: str) -> str:
    """Return the URL of a PostgreSQL database. Raises ValueError, which never has the password."""
    parts = split_url(value)
    if parts.scheme not in ("postgres", "postgresql") or len(parts.path) < 2:
        raise ValueError(
            "must name a database of a PostgreSQL server: postgresql://user:password@host/name"
        )
    return value
