"""Mails to people: a text and an HTML template each, sent by jobs and never by a request."""

from collections.abc import Mapping, Sequence
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.languages.words import Words
from core.mail.files import File, part_of


def send_mail(
    *,
    to: str,
    template: str,
    context: Mapping[str, object],
    language: str = "",
    files: Sequence[File] = (),
) -> None:
    """Render `core/templates/mails/<template>.txt` and `.html` and hand them to the mail server.

    The templates have no words: `{% say %}` takes those of the language, English if it is none of
    ours. The text's first paragraph is the subject. Raises OSError (smtplib's errors are some) when
    the server is away or refuses: the job that called tries again. Addresses under `.invalid`,
    which nobody can have (RFC 2606 section 2), belong to closed accounts and get nothing.
    """
    if to.endswith(".invalid"):
        return
    values = {
        **{key: _single_line(value) for key, value in context.items()},
        "words": Words(language),
        "site": settings.SITE_NAME,
        "site_url": settings.PUBLIC_URL,
    }
    subject, text = render_to_string(f"mails/{template}.txt", values).split("\n\n", 1)
    subject = " ".join(subject.split())
    html = render_to_string(f"mails/{template}.html", values | {"subject": subject})
    mail = EmailMultiAlternatives(subject, text.strip() + "\n", to=[to], headers=_headers(template))
    mail.attach_alternative(html, "text/html")
    for file in files:
        mail.attach(part_of(file))
    mail.send()


def _headers(template: str) -> dict[str, str]:
    """Return headers; Auto-Submitted (RFC 3834 section 5) prevents automatic replies."""
    return {
        "Auto-Submitted": "auto-generated",
        "Message-ID": make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname),
        "X-Template": template,
    }


def _single_line(value: object) -> object:
    """Return the value with each of its texts on one line, so that none forges another part."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return {key: _single_line(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_single_line(item) for item in value]
    return value
