"""The admin pages of bookings; Django's autodiscovery finds and registers them here."""

from bookings.admin import bookings, exchanges, shows, timeline

__all__ = ["bookings", "exchanges", "shows", "timeline"]
