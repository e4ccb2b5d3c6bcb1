"""Looks out for a TRUSTED_PROXIES that does not fit, by which all customers would be one."""

import logging
from ipaddress import IPv4Address, IPv6Address
from threading import Lock

logger = logging.getLogger(__name__)

UNKNOWN_PROXY = (
    "X-Forwarded-For or X-Forwarded-Proto come from a peer that is not one of TRUSTED_PROXIES, so "
    "all its clients count as one and HTTPS is taken for HTTP, with redirects that do not end. If "
    "it is your proxy, set TRUSTED_PROXIES to the number or the networks of your proxies and "
    "restart; if no proxy is in front, a client made the headers up."
)
ONE_ADDRESS = (
    "All customers so far come from one private address, which is a proxy's, so limits count them "
    "as one. Set TRUSTED_PROXIES to the number or the networks of all your proxies and restart."
)
CUSTOMERS_ENOUGH = 20


class ProxyWatch:
    """What one process has seen. Each warning is logged once and stays for `/health/ready/`."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.is_looking = True  # until customers are known to come from where customers do
        self._customers: set[object] = set()
        self._address: object = None
        self._lock = Lock()

    def forwarded_by_stranger(self, peer: IPv4Address | IPv6Address | None) -> None:
        """Note that a peer which is no proxy of ours has sent a proxy's headers."""
        self._warn(UNKNOWN_PROXY, peer)

    def customer(self, user_id: object, address: IPv4Address | IPv6Address | None) -> None:
        """Note the user and the address of a request; None is nobody known."""
        if user_id is None or address is None:
            return
        with self._lock:
            self._customers.add(user_id)
            self._address = self._address or address
            self.is_looking = not address.is_global and address == self._address
            is_enough = len(self._customers) == CUSTOMERS_ENOUGH
        if self.is_looking and is_enough:
            self.is_looking = False
            self._warn(ONE_ADDRESS, address)

    def _warn(self, sentence: str, peer: object) -> None:
        with self._lock:
            if sentence in self.warnings:
                return
            self.warnings.append(sentence)
        logger.warning("%s The peer: %s.", sentence, peer)


watch = ProxyWatch()
