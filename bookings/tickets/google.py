"""Links that put a ticket into Google Wallet: a JWT (RFC 7519) that describes it, signed RS256.

GOOGLE_WALLET_FILE is the JSON key of a service account, GOOGLE_WALLET_ISSUER the number of the
issuer that it may sign for. Nothing is sent to Google: the customer's click brings it there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from jwt import PyJWS

from bookings.tickets.facts import Admission, Paper, Place
from bookings.tickets.words import Words

SAVE = "https://pay.google.com/gp/v/save/"
LONGEST = 1800  # characters that Google takes
SHORT = 30  # characters of a name, if there is no room for all


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account: its address, its RSA key, and for whom it issues passes."""

    email: str
    private: str
    issuer: str


@lru_cache(maxsize=4)
def read_account(file: str, issuer: str) -> ServiceAccount:
    """Returns what the JSON file has. Raises OSError, ValueError or KeyError if it is of no use."""
    read = orjson.loads(Path(file).read_bytes())
    return ServiceAccount(read["client_email"], read["private_key"], issuer)


def link(paper: Paper, ticket: Admission, account: ServiceAccount) -> str | None:
    """Returns the link for one ticket, without what there is no room for; None if nothing helps."""
    described = (describe(each, ticket, account) for each in _ever_shorter(paper))
    links = (_link(each, paper, account) for each in described)
    return next((each for each in links if len(each) <= LONGEST), None)


def _ever_shorter(paper: Paper) -> Iterator[Paper]:
    yield paper
    name, show = paper.place.name, paper.show
    yield replace(paper, place=Place(paper.place.id, name, ""))
    names = replace(show, title=show.title[:SHORT], screen=show.screen[:SHORT])
    yield replace(paper, place=Place(paper.place.id, name[:SHORT], ""), show=names)


def _link(described: dict[str, Any], paper: Paper, account: ServiceAccount) -> str:
    claims = {
        "iss": account.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(paper.read_at.timestamp()),
        "payload": described,
    }
    # As bytes, since PyJWT's own JSON writes six for each letter that is not ASCII.
    return SAVE + PyJWS().encode(orjson.dumps(claims), account.private, "RS256")


def describe(paper: Paper, ticket: Admission, account: ServiceAccount) -> dict[str, Any]:
    """Returns the show and the ticket, as Google's `eventTicketClass` and `eventTicketObject`.

    A show that was moved is another one, since Google keeps the first description of each.
    """
    words, show = Words(paper.language), paper.show

    def said(text: str) -> dict[str, Any]:
        return {"defaultValue": {"language": words.language, "value": text}}

    site = urlsplit(settings.PUBLIC_URL).hostname
    of_show: dict[str, Any] = {
        "id": f"{account.issuer}.{site}-{show.id}-{show.moves}",
        "issuerName": paper.place.name,
        "reviewStatus": "UNDER_REVIEW",
        "eventName": said(show.title),
        "dateTime": {"start": show.starts_at.isoformat(timespec="seconds")},
    }
    if paper.place.address:
        place = {"name": said(paper.place.name), "address": said(paper.place.address)}
        of_show["venue"] = place
    of_ticket = {
        "id": f"{account.issuer}.{ticket.code}",
        "classId": of_show["id"],
        "state": "ACTIVE",
        "barcode": {
            "type": "QR_CODE",
            "value": ticket.token,
            "alternateText": paper.reference,
        },
        "seatInfo": {"seat": said(ticket.label), "section": said(show.screen)},
    }
    return {"eventTicketClasses": [of_show], "eventTicketObjects": [of_ticket]}
