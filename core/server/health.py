"""Whether the process runs, and whether it can serve."""

from functools import cache

from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core.failures import Unavailable
from core.http import proxy_watch
from core.http.problems import RETRY_AFTER_SECONDS, database_failure
from core.jobs.queue import worker_is_running


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process runs."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200, or 503 when the database is away or a migration is missing.

    `worker` tells whether any is running: without one, seats are sold but no mail leaves.
    `warnings` are sentences for the operator about what this process has seen.
    """
    missing = _known_migrations() - _applied_migrations()
    if missing:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in missing))
        detail = f"Migrations are missing: {names}. Run `python manage.py migrate`."
        raise Unavailable(detail, headers={"Retry-After": RETRY_AFTER_SECONDS})
    worker = "running" if worker_is_running() else "none"
    warnings = proxy_watch.watch.warnings
    return JsonResponse({"status": "ok", "worker": worker, "warnings": warnings})


def _applied_migrations() -> frozenset[tuple[str, str]]:
    try:
        return frozenset(MigrationRecorder(connection).applied_migrations())
    except OperationalError as error:
        if isinstance(database_failure(error), Unavailable):
            headers = {"Retry-After": RETRY_AFTER_SECONDS}
            raise Unavailable("The database is away.", headers=headers) from error
        raise


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Return every migration in the code, which does not change while the process runs."""
    return frozenset(MigrationLoader(None).disk_migrations)
