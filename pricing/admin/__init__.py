"""The admin pages of prices; Django's autodiscovery finds and registers them here."""

from pricing.admin import ticket_types, vouchers

__all__ = ["ticket_types", "vouchers"]
