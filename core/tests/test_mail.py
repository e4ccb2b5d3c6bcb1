"""What a mail looks like when it leaves, and what its parts cannot do to it."""

import pytest
from django.core import mail as outbox
from pytest_django import Settings

from core.mail.sending import send_mail

CODES = ["verify_email", "reset_password"]


def send(template: str, **context: object) -> outbox.EmailMultiAlternatives:
    values = {"name": "Alice", "code": "012345", "minutes": 10} | context
    send_mail(to="alice@example.com", template=template, context=values)
    (sent,) = outbox.outbox
    assert isinstance(sent, outbox.EmailMultiAlternatives)
    return sent


def html_of(sent: outbox.EmailMultiAlternatives) -> str:
    return str(sent.alternatives[0][0])


@pytest.mark.parametrize("template", CODES)
def test_the_code_stands_alone_on_a_line(template: str) -> None:
    sent = send(template)
    assert "\n012345\n" in sent.body
    assert ">012345<" in html_of(sent)


@pytest.mark.parametrize("template", [*CODES, "password_changed"])
def test_markup_in_a_name_is_text_in_both_parts(template: str) -> None:
    sent = send(template, name="<b>Alice</b> & Bob's")
    assert "<b>Alice</b> & Bob's" in sent.body
    assert "&lt;b&gt;Alice&lt;/b&gt; &amp; Bob&#x27;s" in html_of(sent)


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\v", "\x85", "\u2028"])
def test_a_line_break_in_a_name_adds_no_header_and_no_line(break_: str) -> None:
    sent = send("verify_email", name=f"Alice{break_}Bcc: mallory{break_}{break_}Win!")
    assert "Alice Bcc: mallory Win!" in sent.body
    assert sent.message()["Bcc"] is None


def test_a_line_break_in_a_subject_adds_no_header() -> None:
    sent = send("verify_email", code="1\r\nBcc: mallory@example.com")
    assert sent.subject.startswith("1 Bcc: mallory@example.com is your code")
    assert sent.message()["Bcc"] is None


@pytest.mark.parametrize("name", ["win at evil.example", "https://x", "a@b", "WWW.x"])
def test_a_name_that_would_become_a_link_is_left_out(name: str) -> None:
    sent = send("verify_email", name=name)
    assert name not in sent.body + html_of(sent)
    assert sent.body.startswith("Hello,\n")


def test_links_come_from_the_settings(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://tickets.example.com"
    sent = send("password_changed")
    assert "https://tickets.example.com" in sent.body
    assert 'href="https://tickets.example.com"' in html_of(sent)
    assert sent.message()["Message-ID"].endswith("@tickets.example.com>")


def test_robots_are_told_not_to_answer() -> None:
    assert send("password_changed").message()["Auto-Submitted"] == "auto-generated"


def test_a_closed_account_gets_no_mail() -> None:
    send_mail(to="closed-7@closed.invalid", template="password_changed", context={"name": ""})
    assert outbox.outbox == []
