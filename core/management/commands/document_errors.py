"""`python manage.py document_errors` writes docs/errors.md from the failures in the code."""

from importlib import import_module
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.failures import Failure

PATH = settings.BASE_DIR / "docs" / "errors.md"

HEAD = """\
# Errors

Every 4xx and 5xx outside of the admin is a problem document (RFC 9457), `application/problem+json`:

```json
{
  "type": "/problems/validation_failed/",
  "title": "The input is not valid",
  "status": 400,
  "detail": "This field is required.",
  "code": "validation_failed",
  "request_id": "0d8c2b7f5a5e4f0e9d3c4b1a29e8f701",
  "errors": [{"field": "email", "code": "required", "detail": "This field is required."}]
}
```

- Decide by `code`: it does not change. `title` and `detail` are for people and may.
- `type` is a page of this server that says the same as this one.
- `errors` comes when input is at fault; `field` is a dotted path such as `seats.0`, or `null` for
  the whole body. Their `code` is one of those below, or a word of the field's own: `required`,
  `null`, `blank`, `invalid`, `invalid_choice`, `max_length`, `min_length`, `max_value`,
  `min_value`, `out_of_range`. When all entries share one code of this page, the document has it.
- `request_id` is in the `X-Request-ID` header and in the server's log: send it along when you ask
  for help.
- Every 429 and 503 has `Retry-After`, in seconds. After a 503, or when no answer came at all, send
  a booking again with the same `Idempotency-Key`.

This page is written by `python manage.py document_errors` from the classes in the code.
"""


def page() -> str:
    """Return the page: every code, by status."""
    import_module(settings.ROOT_URLCONF)
    failures = sorted(Failure.by_code.values(), key=lambda kind: (kind.status, kind.code))
    sections = [HEAD]
    for status, kinds in groupby(failures, key=lambda kind: kind.status):
        sections.append(f"## {status}\n")
        sections.extend(_entry(kind) for kind in kinds)
    return "\n".join(sections)


def _entry(kind: type[Failure]) -> str:
    meaning = " ".join((kind.__doc__ or "").split())
    status = f"HTTP {kind.statuses()}. " if kind.statuses() != str(kind.status) else ""
    said = f"{status}{kind.title}. {meaning}"
    return f"### `{kind.code}`\n{said}\n\n*What to do:* {kind.remedy}\n"


class Command(BaseCommand):
    help = "Writes docs/errors.md from the failures in the code."

    def handle(self, *args: Any, **options: Any) -> None:
        PATH.parent.mkdir(exist_ok=True)
        PATH.write_text(page())
