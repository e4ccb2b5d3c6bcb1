"""Mail is sent to real servers as EMAIL_URL says: encrypted, or not at all."""

import email.policy
import os
import ssl
import subprocess
import sys
from email import message_from_string
from pathlib import Path

import pytest

from tests.mail_servers import Mailbox, certificate, free_port, mail_server
from tests.server import BASE_DIR, bare
from tests.test_settings import SAFE

SEND = """
import django
django.setup()
from core.mail.sending import send_mail
send_mail(to="alice@example.com", template="password_changed", context={"name": "Alice"})
"""


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return certificate(tmp_path_factory.mktemp("tls"))


def send(url: str, trusted: Path | None = None, **variables: str) -> tuple[int, str]:
    """Production sends a mail, and trusts this certificate; its exit code and what it said."""
    variables |= {"EMAIL_URL": url, "DJANGO_SETTINGS_MODULE": "core.settings"}
    if trusted:
        variables["SSL_CERT_FILE"] = str(trusted)
    ended = subprocess.run(
        [sys.executable, "-c", SEND],
        cwd=BASE_DIR,
        env=bare(PATH=os.environ["PATH"], **SAFE | variables),
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("scheme", ["smtps", "smtp+ssl"])
def test_tls_from_the_first_byte(scheme: str, certified: tuple[Path, ssl.SSLContext]) -> None:
    trusted, context = certified
    mailbox, port = Mailbox(), free_port()
    with mail_server(mailbox, port, tls=context):
        assert send(f"{scheme}://127.0.0.1:{port}", trusted) == (0, "")
    assert mailbox.was_encrypted == [True]


@pytest.mark.parametrize("scheme", ["submission", "smtp+tls"])
def test_tls_after_starttls(scheme: str, certified: tuple[Path, ssl.SSLContext]) -> None:
    trusted, context = certified
    mailbox, port = Mailbox(), free_port()
    with mail_server(mailbox, port, starttls=context):
        assert send(f"{scheme}://127.0.0.1:{port}", trusted) == (0, "")
    assert mailbox.was_encrypted == [True]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+ssl", "submission", "smtp+tls"])
def test_no_scheme_of_tls_falls_back_to_plain_text(scheme: str) -> None:
    mailbox, port = Mailbox(), free_port()
    with mail_server(mailbox, port):
        code, said = send(f"{scheme}://127.0.0.1:{port}", EMAIL_TIMEOUT="2")
    assert code == 1, said
    assert mailbox.mails.empty()


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    certified: tuple[Path, ssl.SSLContext],
) -> None:
    mailbox, port = Mailbox(), free_port()
    with mail_server(mailbox, port, tls=certified[1]):
        code, said = send(f"smtps://127.0.0.1:{port}")
    assert code == 1
    assert "CERTIFICATE_VERIFY_FAILED" in said
    assert mailbox.mails.empty()


@pytest.mark.parametrize("name", ["Kino, Bar", 'Kinö "Bär" (Süd)', "Kino <Bar>", "Kino: Bar; 東京"])
def test_any_name_of_the_site_is_the_senders(name: str) -> None:
    mailbox, port = Mailbox(), free_port()
    with mail_server(mailbox, port):
        assert send(f"smtp://127.0.0.1:{port}", SITE_NAME=name) == (0, "")
    policy = email.policy.default
    arrived = message_from_string(mailbox.mails.get_nowait().as_string(), policy=policy)
    (sender,) = arrived["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "noreply@tickets.example.com")
