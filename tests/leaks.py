"""Checks every response that a test gets for secrets and other people's data.

`scanning()` is active for the whole run (conftest.py) and raises in the test that got the response.
"""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from users import codes, models
from users.emails import normalize_email

HASH = re.compile(r"argon2(id)?\$|pbkdf2_\w+\$|\bmd5\$\w|bcrypt\w*\$|scrypt\$")
TRACE = re.compile(r"Traceback \(most recent call|site-packages|psycopg|django\.db|File \"/")
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.")
RANDOM = re.compile(r"\b[0-9a-f]{32}\b")  # a request's id, in which any six digits may stand
QUOTED = re.compile(r'"([^"]*)"')
ENDS_A_WORD = r"\s\"'<>(),:;=/?&\[\]\\"
EMAIL = re.compile(rf"(?<![^{ENDS_A_WORD}])[^{ENDS_A_WORD}]+@[\w-]+(?:\.[\w-]+)+")
BOOKED = re.compile(rb'"(?:code|reference)": ?"([0-9a-f]{32}|[2-9A-HJ-NP-Z]{10})"')
AT = frozenset("@\uff20\ufe6b")  # all that is an @ once normalized
SECRET_WORD = re.compile(rb"\b(?:[0-9a-f]{32}|[2-9A-HJ-NP-Z]{10})\b")

HEARD_AT_MOST = 50_000  # bytes of what a client says
GIVING_TOKENS = {
    "register",
    "login",
    "refresh",
    "guest",
    "open-booking",
    "ticket-wallets",
    "session",
}
SHOWING_CUSTOMERS = {
    "theater-bookings",
    "show-bookings",
    "accounts",
    "account",
    "admin",
    "booking-receipts",
    "theater-receipts",
    "staff",
    "staff-member",
    "invitations",
}
EXAMPLES = {"schema", "docs"}
MANAGERS = {"owner", "admin"}
SELLERS = {"manager", "cashier"}  # members who see customers; those at the door see none
CAST = {"alice@example.com": "Alice", "bob@example.com": "Bob"}


class Leak(AssertionError):
    """A response contains what it must not."""


@dataclass
class Known:
    """What could leak: addresses of users, the newest one-time code, who has which ticket."""

    addresses: set[str] = field(default_factory=set)
    one_time: set[str] = field(default_factory=set)
    holders: dict[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A response, and what determines who may see what in it."""

    text: str
    route: str = ""
    status: int = 200
    user_id: int | None = None
    role: str = ""
    member_roles: frozenset[str] = frozenset()
    email: str = ""
    sent: str = ""

    @property
    def is_of_seller(self) -> bool:
        return self.role in MANAGERS or not self.member_roles.isdisjoint(SELLERS)

    @property
    def may_show_customers(self) -> bool:
        return self.is_of_seller and self.route in SHOWING_CUSTOMERS


def leaks(seen: Seen, known: Known) -> list[str]:
    """Returns sentences about what is wrong with the response."""
    found = [*_secrets(seen, known)]
    if seen.route not in EXAMPLES and not seen.may_show_customers:
        found += _others(seen, known)
    return found + _tickets(seen, known)


def _secrets(seen: Seen, known: Known) -> Iterator[str]:
    if HASH.search(seen.text):
        yield "a password's hash"
    if settings.SECRET_KEY in seen.text:
        yield "the secret key"
    if TRACE.search(seen.text) or str(settings.BASE_DIR) in seen.text:
        yield "the inside of the program"
    if seen.route not in GIVING_TOKENS | EXAMPLES and TOKEN.search(seen.text):
        yield "a token"
    for code in known.one_time:
        if re.search(rf"(?<![\d.]){code}(?!\d)", RANDOM.sub("", seen.text)):
            yield "a one-time code"


def _others(seen: Seen, known: Known) -> list[str]:
    words = [seen.sent, *QUOTED.findall(seen.sent)]
    mine = {seen.email, *_emails(seen.sent), *_normal(words)}
    others = known.addresses.intersection(_emails(seen.text)) - mine
    found = [f"the address {other}" for other in sorted(others)]
    for email, name in CAST.items():
        if email not in mine and name not in seen.sent and f'"{name}"' in seen.text:
            found.append(f"the name {name}")
    return found


def _normal(words: list[str]) -> Iterator[str]:
    return (normalize_email(word) for word in words if not AT.isdisjoint(word))


def _emails(text: str) -> list[str]:
    return EMAIL.findall(text) if "@" in text else []


def _forget_the_guest(seen: Seen, known: Known) -> None:
    """A link may move a booking from the guest who has it to one of its own: what the guest had is
    theirs, or the other's, as soon as one of them sees it again."""
    guests = {known.holders.get(word) for word in SECRET_WORD.findall(seen.sent.encode())}
    for word in [word for word, holder in known.holders.items() if holder in guests]:
        del known.holders[word]


def _tickets(seen: Seen, known: Known) -> list[str]:
    """Whoever books sees a ticket first; after that, only they, who claims it with its key, and
    those who sell for theaters may."""
    body = seen.text.encode()
    if seen.is_of_seller or seen.route in EXAMPLES:
        return []
    if seen.route == "open-booking" and seen.status < 400:
        _forget_the_guest(seen, known)
    if seen.user_id is not None and seen.status < 400:
        for word in BOOKED.findall(body):
            if seen.route == "claim-booking":
                known.holders[word] = seen.user_id
            known.holders.setdefault(word, seen.user_id)
    return [
        "somebody else's ticket or booking"
        for word in SECRET_WORD.findall(body)
        if known.holders.get(word, seen.user_id) != seen.user_id and word.decode() not in seen.sent
    ]


@contextmanager
def scanning() -> Iterator[None]:
    """Checks every response that Django gives in this process, and raises Leak."""
    known = Known()
    with pytest.MonkeyPatch.context() as patch:
        _remember_codes(patch, known)
        _remember_addresses(patch, known)
        answer_of = BaseHandler.get_response

        def get_response(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
            sent = _Heard(request._stream)
            request._stream = sent  # type: ignore[assignment]
            answer = answer_of(self, request)
            if found := leaks(_seen(request, answer, sent.words), known):
                raise Leak(f"{request.method} {request.path} answered with {', '.join(found)}")
            return answer

        patch.setattr(BaseHandler, "get_response", get_response)
        yield


def _remember_codes(patch: pytest.MonkeyPatch, known: Known) -> None:
    issue = codes.issue_code

    def issue_code(**who: Any) -> str:
        code = issue(**who)
        known.one_time = {code}  # the newest only: an old one may be anybody's number by chance
        return code

    patch.setattr(codes, "issue_code", issue_code)


def _remember_addresses(patch: pytest.MonkeyPatch, known: Known) -> None:
    save = models.User.save

    def remember(user: models.User, **how: Any) -> None:
        known.addresses.add(user.email)
        save(user, **how)

    patch.setattr(models.User, "save", remember)


class _Heard:
    """A request's stream that keeps what was read of it, or its beginning if it is large."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.words = b""

    def read(self, *size: int) -> bytes:
        words: bytes = self.stream.read(*size)
        self.words += words[:HEARD_AT_MOST]
        return words

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def readline(self, *size: int) -> bytes:
        words: bytes = self.stream.readline(*size)
        self.words += words[:HEARD_AT_MOST]
        return words


def _seen(request: HttpRequest, answer: HttpResponseBase, sent: bytes) -> Seen:
    match = request.resolver_match
    user: Mapping[str, Any] = getattr(_whoever_asked(request), "__dict__", {})
    body = answer.content if isinstance(answer, HttpResponse) else b""
    if body and answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return Seen(
        text=f"{headers}\n{body.decode(errors='replace')}",
        route=(match.namespace or match.url_name or "") if match else "",
        status=answer.status_code,
        user_id=user.get("id"),
        role=user.get("role", ""),
        member_roles=user.get("member_roles") or frozenset(),
        email=user.get("email", ""),
        sent=f"{_address(request)} {_plain(sent)}",
    )


def _whoever_asked(request: HttpRequest) -> object:
    """Returns the user, if one was found, without a query."""
    user = request.__dict__.get("user")
    return getattr(request, "_cached_user", None) if isinstance(user, SimpleLazyObject) else user


def _address(request: HttpRequest) -> str:
    query: str = request.META.get("QUERY_STRING", "")
    return f"{request.path[:HEARD_AT_MOST]}?{unquote(query[:HEARD_AT_MOST])}"


def _plain(body: bytes) -> str:
    """Returns JSON with its escapes decoded, anything else as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        return unquote(body.decode(errors="replace"))
