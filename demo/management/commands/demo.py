"""`manage.py demo`: fills an empty database with data of a cinema chain."""

import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.load import NotEmpty, fill, size_from_today
from demo.progress import Progress
from users.models import User

KNOWN_PASSWORD = "correct-horse-battery"  # noqa: S105 (of development; production gets a random one)
ACCOUNTS = """\
ada@example.com                      admin
olga@example.com, otto@example.com   owners
mona@example.com, carl@example.com, dora@example.com
                                     Olga's manager, cashier, at the door
alice@example.com, bob@example.com   users
Password of all accounts: {password}"""


class Command(BaseCommand):
    help = (
        "Fills an empty database with films, theaters, two weeks of shows and their bookings. "
        "The same seed gives the same data on the same day (UTC)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name, default, meaning in (
            ("theaters", 4, "how many theaters, each with 2 to 4 screens"),
            ("days", 14, "days of shows from today on; half as many are in the past"),
            ("users", 2000, "customers who book, besides the known accounts"),
            ("seed", 1, "another seed gives another programme and other bookings"),
        ):
            parser.add_argument(
                f"--{name}", type=int, default=default, metavar="N", help=f"{meaning} ({default})"
            )
        parser.add_argument(
            "--if-empty", action="store_true", help="quietly do nothing if there is data"
        )
        parser.add_argument(
            "--even-in-production",
            action="store_true",
            help="allow it with production's settings, with a random password",
        )

    def handle(self, **options: Any) -> None:
        if options["if_empty"] and User.objects.exists():
            return
        self.refuse(options)
        password = KNOWN_PASSWORD if settings.DEVELOPMENT else secrets.token_urlsafe(12)
        try:
            size = size_from_today(
                theaters=options["theaters"],
                users=options["users"],
                days=options["days"],
                seed=options["seed"],
            )
            fill(size, password=password, progress=Progress(sys.stderr))
        except NotEmpty as refusal:
            if options["if_empty"]:
                return
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(ACCOUNTS.format(password=password))

    def refuse(self, options: dict[str, Any]) -> None:
        """Raises CommandError for options that are not allowed."""
        for name, most in (("theaters", 20), ("days", 60), ("users", 20_000)):
            if not 1 <= options[name] <= most:
                raise CommandError(f"--{name} must be from 1 to {most:,}.")
        if not settings.DEVELOPMENT and not options["even_in_production"]:
            raise CommandError(
                "These are production's settings, and the demo makes an admin. If this database is "
                "meant for the demo, use --even-in-production."
            )
