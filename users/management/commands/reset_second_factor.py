"""`python manage.py reset_second_factor EMAIL`: for an admin whom no other admin can help."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from core.failures import NotFound
from users import second_factor
from users.models import User


class Command(BaseCommand):
    help = "Switch off the second factor of an account and end its sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_: object, **options: str) -> None:
        try:
            user = User.objects.get_by_natural_key(options["email"])
            second_factor.reset(by=user, user=user)
        except (User.DoesNotExist, NotFound):
            message = f"No account with a second factor has the address {options['email']}."
            raise CommandError(message) from None
        self.stdout.write(f"The second factor of {user.email} was reset.")
