"""Refusals as pages for the people in the admin: no word of calls, tokens or JSON.

These pages ask the database nothing: they must come when it is away.
"""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.failures import Failure


class Words(NamedTuple):
    """What happened, what it may mean, and what to do."""

    title: str
    meaning: str
    remedy: str


WORDS = {
    400: Words(
        "This page does not work that way",
        "The address or the form asks for something that the page does not offer.",
        "Go back, and use the links, filters and forms as they are on the page.",
    ),
    403: Words(
        "This is not for your account",
        "Owners run their own theaters and shows; movies, accounts and jobs are for admins, and "
        "some things stay as they are for everybody.",
        "Ask an admin, or log out and log in with another account.",
    ),
    404: Words(
        "There is nothing here",
        "It was deleted, or it belongs to a theater that is not yours.",
        "Look for it in the lists, or check the address that you typed.",
    ),
    405: Words(
        "This page does not work that way",
        "It cannot be sent like this.",
        "Go back, and use the buttons of the page.",
    ),
    413: Words(
        "That is too much at once",
        "What was sent is larger than a form of ours ever is.",
        "Go back, and send less text.",
    ),
    429: Words(
        "That was too often",
        "There were too many tries in a short time.",
        "Wait some minutes, then try again.",
    ),
    500: Words(
        "Something went wrong on our side",
        "What you did may not have been saved.",
        "Look whether it was, and try again. If it stays like this, tell who runs this server the "
        "number below.",
    ),
    503: Words(
        "We are busy",
        "Too much is going on right now, or the database is away for a moment.",
        "Wait some seconds and try again. Look first whether what you did was saved.",
    ),
}


def words_of(failure: Failure) -> Words:
    """Return the failure in the words of the admin; its own detail takes precedence."""
    words = WORDS.get(failure.status, WORDS[400])
    said = str(failure)
    return words if said == failure.title else Words(words.title, said, words.remedy)


def page(request: HttpRequest, failure: Failure) -> HttpResponse:
    """Return the refusal as a page, which no cache keeps."""
    context = {"words": words_of(failure), "request_id": getattr(request, "request_id", "")}
    answer = HttpResponse(
        render_to_string("office/refusal.html", context | {"status": failure.status}),
        status=failure.status,
    )
    answer.headers["Cache-Control"] = "no-store"
    for name, value in failure.headers.items():
        answer.headers[name] = value
    return answer
