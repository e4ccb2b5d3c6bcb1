"""Where mails go without a mail server."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from core.mail.files import File
from core.mail.sending import send_mail

VALUES = {"name": "Alice", "code": "012345", "minutes": 10}


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "core.mail.backends.Files"
    settings.MAIL_DIR = tmp_path / "mail"
    return tmp_path / "mail"


def test_in_development_the_code_is_read_from_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send_mail(to="alice@example.com", template="reset_password", context=VALUES)
    (path,) = folder.glob("*-alice@example.com-reset_password.txt")
    text = path.read_text()
    assert text.startswith("From: MovieBooking <noreply@")
    assert "\nTo: alice@example.com\n" in text
    assert "\n012345\n" in text
    assert "\n012345\n" in capsys.readouterr().out
    assert "Choose a new password" in path.with_suffix(".html").read_text()


def test_the_newest_mail_comes_last_by_name(folder: Path) -> None:
    for code in ("000001", "000002"):
        context = VALUES | {"code": code}
        send_mail(to="alice@example.com", template="verify_email", context=context)
    newest = max(folder.glob("*.txt"))
    assert "\n000002\n" in newest.read_text()


@pytest.mark.parametrize("address", ["../../x@example.com", "a/b@example.com", "é" * 200])
def test_no_address_leaves_the_folder(address: str, folder: Path) -> None:
    send_mail(to=address, template="verify_email", context=VALUES)
    assert len(list(folder.iterdir())) == 2


def test_what_is_attached_lies_beside_the_mail(folder: Path) -> None:
    file = File("../tickets-7.pdf", b"%PDF", "application/pdf")
    send_mail(to="alice@example.com", template="verify_email", context=VALUES, files=[file])
    (path,) = folder.glob("*-alice@example.com-verify_email-*tickets-7.pdf")
    assert path.read_bytes() == b"%PDF"
    assert len(list(folder.iterdir())) == 3


def test_production_without_a_mail_server_says_so(settings: Settings) -> None:
    settings.EMAIL_URL, settings.DEVELOPMENT = "", False
    settings.EMAIL_BACKEND = "core.mail.backends.Missing"
    assert "core.W001" in [message.id for message in run_checks()]
    with pytest.raises(ImproperlyConfigured, match="set EMAIL_URL"):
        send_mail(to="alice@example.com", template="verify_email", context=VALUES)
