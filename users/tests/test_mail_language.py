"""Codes and notices come in the user's language."""

import pytest
from django.core import mail as outbox

from users import tasks
from users.models import User


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("de", "ist Ihr Code für MovieBooking"),
        ("en", "is your code for MovieBooking"),
        ("", "is your code for MovieBooking"),
    ],
)
def test_a_code_comes_in_the_users_language(alice: User, language: str, subject: str) -> None:
    User.objects.update(language=language, email_verified=False)
    tasks.send_verification_code(alice.pk)
    assert outbox.outbox[0].subject[7:] == subject


def test_so_does_a_notice(alice: User) -> None:
    User.objects.update(language="de")
    tasks.send_password_changed(alice.pk)
    assert outbox.outbox[0].subject == "Ihr Passwort bei MovieBooking wurde geändert"
