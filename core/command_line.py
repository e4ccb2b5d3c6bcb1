"""What `manage.py` runs."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from core.postgres.refusals import refusal


def main() -> None:
    """Run a command. If the database refuses access, exit with a sentence and code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        if sentence := refusal(error, settings.DATABASES["default"]):
            sys.exit(sentence)
        raise
