"""A web process that has nobody to leave its jobs to says so."""

import logging
from time import monotonic

from django.core.signals import request_started
from django.db import DatabaseError

from core.jobs.queue import worker_is_running

logger = logging.getLogger(__name__)

WORKERS_START_WITHIN_SECONDS = 20


class MissingWorker:
    """Looks once in the life of a process, when workers that start with it have had their time."""

    def __init__(self) -> None:
        self.look_at = monotonic() + WORKERS_START_WITHIN_SECONDS

    def __call__(self, **_: object) -> None:
        """Receive `request_started`."""
        if monotonic() < self.look_at:
            return
        if request_started.disconnect(self):
            warn_without_worker()


def warn_without_worker() -> None:
    """Log a warning if no worker is running; ignore a database that is away."""
    try:
        running = worker_is_running()
    except DatabaseError:
        return
    if not running:
        logger.warning(
            "No worker is running: jobs wait and no mail leaves. Start `python manage.py worker`."
        )
