"""Which proxies stand in front, and what of their words is believed."""

import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.configuration.values import split_entries
from core.http import proxy_watch
from core.logs.requests import user_id_of
from core.throttling import SITE

Address = IPv4Address | IPv6Address
FORWARDED = frozenset({"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"})
Trusted = int | tuple[IPv4Network | IPv6Network, ...]


def parse_trusted(text: str) -> Trusted:
    """Return the value of TRUSTED_PROXIES: how many proxies, or the networks that they are in.

    Raises ValueError; its text is the rest of a sentence that begins with the variable's name.
    """
    if re.fullmatch("[0-9]{1,3}", text):
        return int(text)
    try:
        return tuple(ip_network(entry) for entry in split_entries(text))
    except ValueError as error:
        raise ValueError(
            f"must be how many there are, as 1, or their networks, as 10.0.0.0/8,127.0.0.1: {error}"
        ) from None


@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address | None:
    """Parse an address as proxies write it, `192.0.2.1:567` and `[2001:db8::1]:443` included.

    IPv4 within IPv6 (`::ffff:192.0.2.1`) is IPv4. None for what is no address.
    """
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def sender(request: HttpRequest) -> Address | None:
    """Return the client's address as far as it can be trusted; None if there is none.

    Each proxy appends the address that it sees to `X-Forwarded-For`, so an entry is believed when
    the one to its right was written by a proxy of ours; the last of all is the peer's own.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    trusted = settings.TRUSTED_PROXIES
    if not trusted or not forwarded:
        return parse_address(peer)
    hops = forwarded.split(",")
    if isinstance(trusted, int):
        return parse_address(hops[-min(trusted, len(hops))]) or parse_address(peer)
    believed = parse_address(peer)
    while hops and is_ours(believed):
        found = parse_address(hops.pop())
        if found is None:
            break
        believed = found
    return believed


def client_address(request: HttpRequest) -> str:
    """Return the client's address as far as TRUSTED_PROXIES allow; IPv6 as its /64."""
    address = sender(request)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), SITE), strict=False))
    return str(address or "")


def is_ours(address: Address | None) -> bool:
    """Return whether this is the address of one of our proxies; None is a Unix socket."""
    trusted = settings.TRUSTED_PROXIES
    if isinstance(trusted, int):
        return trusted > 0
    return address is None or any(address in network for network in trusted)


class Proxies:
    """Middleware that forgets what a stranger says of the way that a request came.

    It also looks out for a wrong TRUSTED_PROXIES, which makes all customers one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not FORWARDED.isdisjoint(request.META):
            peer = parse_address(request.META.get("REMOTE_ADDR", ""))
            if not is_ours(peer):
                request.META.pop("HTTP_X_FORWARDED_PROTO", None)
                proxy_watch.watch.forwarded_by_stranger(peer)
        answer = self.get_response(request)
        if proxy_watch.watch.is_looking and not settings.DEVELOPMENT:
            proxy_watch.watch.customer(user_id_of(request), sender(request))
        return answer
