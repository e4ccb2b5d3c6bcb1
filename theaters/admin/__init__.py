"""The admin pages of theaters; Django's autodiscovery finds and registers them here."""

from theaters.admin import selling, staff, theaters

__all__ = ["selling", "staff", "theaters"]
