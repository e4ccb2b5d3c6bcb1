"""The admin pages of money; Django's autodiscovery finds and registers them here."""

from payments.admin import accounts, bookings, money, receipts

__all__ = ["accounts", "bookings", "money", "receipts"]
