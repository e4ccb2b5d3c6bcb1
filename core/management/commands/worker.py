"""`python manage.py worker`: does the jobs that requests leave behind, and those of the clock."""

import asyncio
import logging
import signal
from argparse import ArgumentParser
from typing import cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError, ProgrammingError

from core.jobs import queue
from core.postgres.connection import AsyncConnection, wait_at_most
from core.postgres.refusals import is_final, refusal

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.5
TRY_AGAIN_AFTER_SECONDS = 2
FINISH_WITHIN_SECONDS = 25
DATABASE_ANSWERS_WITHIN_SECONDS = 5


class Command(BaseCommand):
    help = "Run the worker, which sends mail and tidies up. Any number of them may run."
    requires_system_checks = ["mail"]  # the others load the addresses, a quarter of the start

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4)
        parser.add_argument("--once", action="store_true", help="do what waits, then stop")

    def handle(self, *_: object, **options: object) -> None:
        wait_at_most(settings.DATABASE_ANSWERS_WITHIN)
        self._say("Worker: started, waiting for jobs. Ctrl-C stops it.")
        asyncio.run(_work(int(str(options["concurrency"])), not options["once"]))
        self._say("Worker: stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


async def _work(concurrency: int, wait: bool) -> None:
    """Work until told to stop, through every restart of the database."""
    me = cast("asyncio.Task[None]", asyncio.current_task())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, me.cancel)
    try:
        await _wait_for_database(is_start=True)
        while await _work_until_database_fails(concurrency, wait):
            await asyncio.sleep(TRY_AGAIN_AFTER_SECONDS)
            await _wait_for_database()
    except asyncio.CancelledError:
        pass


async def _wait_for_database(*, is_start: bool = False) -> None:
    """Return once it takes connections; say when it does not, and when it does again.

    Raises CommandError at the start for a database that would never let anybody in.
    """
    was_away = False
    while True:
        try:
            async with await AsyncConnection.connect(**connector_params()):
                break
        except (OperationalError, ProgrammingError) as error:
            sentence = refusal(error, settings.DATABASES["default"])
            if is_start and is_final(error):
                raise CommandError(sentence) from None
            if not was_away:
                logger.warning("The database is away, waiting for it: %s", sentence)
            was_away = True
            await asyncio.sleep(TRY_AGAIN_AFTER_SECONDS)
    if was_away:
        logger.warning("The database is back; working again.")


async def _work_until_database_fails(concurrency: int, wait: bool) -> bool:
    """Run procrastinate's worker until it ends; return whether to start it again."""
    connector = PsycopgConnector(
        connection_class=AsyncConnection,
        kwargs=connector_params(),
        min_size=1,
        timeout=DATABASE_ANSWERS_WITHIN_SECONDS,
    )
    try:
        with app.replace_connector(connector):
            async with app.open_async():
                await app.run_worker_async(
                    concurrency=concurrency,
                    wait=wait,
                    listen_notify=False,
                    fetch_job_polling_interval=LOOK_EVERY_SECONDS,
                    update_heartbeat_interval=queue.HEARTBEAT_EVERY.total_seconds(),
                    stalled_worker_timeout=queue.SILENT_WORKER_IS_DEAD_AFTER.total_seconds(),
                    shutdown_graceful_timeout=FINISH_WITHIN_SECONDS,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
    except ConnectorException as error:
        logger.warning("Lost the database: %s", error.__cause__ or error)
        return True
    return wait
