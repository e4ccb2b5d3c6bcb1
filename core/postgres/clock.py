"""The database's clock, the only one that rules about seats, codes and sales may ask; and how a
moment is told to people."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Func

NO_BREAK = "\N{NO-BREAK SPACE}"


class StatementTime(Func):
    """`statement_timestamp()`: the start of this very statement, unlike `now()` never stale
    after waiting for a lock (PostgreSQL documentation, section 9.9.5)."""

    template = "statement_timestamp()"
    output_field = DateTimeField()


def local_time(moment: datetime, zone: str) -> str:
    """Return the moment in local time; a line may break between day and time only."""
    local = moment.astimezone(ZoneInfo(zone))
    name = f"{local:%Z}"
    named = name if name.isalpha() else f"UTC{name}"
    parts = (f"{local:%a %d %b %Y}", f"{local:%H:%M} {named}")
    return ", ".join(part.replace(" ", NO_BREAK) for part in parts)
