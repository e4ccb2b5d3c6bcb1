"""The office of bookings; Django finds it here and registers its pages."""

from bookings.admin import bookings, shows

__all__ = ["bookings", "shows"]
