"""Which ways to sign receipts there are, and which one is used (the setting FISCAL)."""

from functools import cache

from django.conf import settings

from payments.fiscal.base import Fiscal
from payments.fiscal.fake import Fake
from payments.fiscal.none import Unsigned

KINDS: dict[str, type[Fiscal]] = {kind.name: kind for kind in (Unsigned, Fake)}


@cache
def _made(name: str) -> Fiscal:
    return KINDS[name]()


def fiscal() -> Fiscal:
    """Returns the one in use."""
    return _made(settings.FISCAL)
