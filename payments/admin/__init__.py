"""The admin pages of money; Django's autodiscovery finds and registers them here."""

from payments.admin import accounts, bookings, receipts

__all__ = ["accounts", "bookings", "receipts"]
