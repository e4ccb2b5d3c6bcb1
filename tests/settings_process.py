"""Starts Python programs for tests/test_settings.py, with the libraries loaded already.

A fork for each: what reads the environment, core.settings above all, runs in a fresh process that
has only the libraries' code in common with the others. Each line of stdin is one program.
"""

import json
import os
import runpy
import sys
from importlib import import_module

LIBRARIES = (
    "asyncio",
    "dj_database_url",
    "django.core.management",
    "django.db.models",
    "django.http",
    "dotenv",
    "idna",
    "procrastinate",
    "psycopg_pool",
    "structlog",
    "whitenoise.compress",
)


def main() -> None:
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            return _become(**task)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()
    return None


def _become(words: list[str], environment: dict[str, str], said: list[str]) -> None:
    """Become `python words` in this environment; its output goes into the files `said`."""
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in zip((sys.stdout, sys.stderr), said, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream.fileno())
    if words[0] == "-c":
        exec(words[1], {"__name__": "__main__"})
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
