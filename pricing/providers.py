"""Through which payment providers customers can be asked to pay."""

from typing import NamedTuple

KNOWN: set[str] = set()
"""Those that this installation can call, by name; it is for those who call them to add."""


class OfferedProvider(NamedTuple):
    """A provider through which a theater takes money online; in a test, no real money moves."""

    provider: str
    is_test: bool
