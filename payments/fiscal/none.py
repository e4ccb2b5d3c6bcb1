"""Receipts without a signature, where the law asks for none."""

from typing import ClassVar

from payments.fiscal.base import Entry, Fiscal, Signed


class Unsigned(Fiscal):
    """Signs nothing."""

    name: ClassVar[str] = "none"

    def sign(self, entry: Entry) -> Signed:
        return Signed()
