"""Whether the process runs, and whether it can serve."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.errors import Unavailable
from core.problems import RETRY_AFTER_SECONDS, response


def live(request: HttpRequest) -> HttpResponse:
    """200 while the process runs."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """200, or 503 when the database is away or a migration is missing."""
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
    return JsonResponse({"status": "ok"})
