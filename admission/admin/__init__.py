"""The admin pages of the door; Django's autodiscovery finds and registers them here."""

from admission.admin import bookings, scans

__all__ = ["bookings", "scans"]
