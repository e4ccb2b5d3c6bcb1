"""Whether the process runs, and whether it can serve."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.errors import Unavailable
from core.jobs import worker_is_running
from core.problems import RETRY_AFTER_SECONDS, response


def live(request: HttpRequest) -> HttpResponse:
    """200 while the process runs."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """200, or 503 when the database is away or a migration is missing.

    `worker` tells whether any is running: without one, seats are sold but no mail leaves.
    """
    executor = MigrationExecutor(connection)
    missing = [
        f"{m.app_label}.{m.name}"
        for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]
    if missing:
        detail = f"Migrations are missing: {', '.join(missing)}. Run `python manage.py migrate`."
        return response(
            request, Unavailable(detail, headers={"Retry-After": RETRY_AFTER_SECONDS})
        )
    worker = "running" if worker_is_running() else "none"
    return JsonResponse({"status": "ok", "worker": worker})
