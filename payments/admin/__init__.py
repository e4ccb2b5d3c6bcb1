"""The admin pages of money; Django's autodiscovery finds and registers them here."""

from payments.admin import accounts, receipts

__all__ = ["accounts", "receipts"]
