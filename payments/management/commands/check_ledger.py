"""`python manage.py check_ledger` proves that the books are right, or says where they are not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import proof
from payments.providers.minor_units import from_minor


class Command(BaseCommand):
    help = "Proves every booking's money and the whole; exits with 1 if something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        found = proof.faults()
        for account, currency, total in proof.sums():
            self.stdout.write(f"{account:10} {from_minor(total, currency):>14} {currency}")
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("The books are right.")
