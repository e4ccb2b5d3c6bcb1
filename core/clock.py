"""The database's clock, the only one that rules about seats, codes and sales may ask."""

from django.db.models import DateTimeField, Func


class StatementTime(Func):
    """`statement_timestamp()`: the start of this very statement, unlike `now()` never stale
    after waiting for a lock (PostgreSQL documentation, section 9.9.5)."""

    template = "statement_timestamp()"
    output_field = DateTimeField()
