"""The admin pages of bookings; Django's autodiscovery finds and registers them here."""

from bookings.admin import bookings, shows

__all__ = ["bookings", "shows"]
