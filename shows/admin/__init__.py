"""The admin pages of shows; Django's autodiscovery finds and registers them here."""

from shows.admin import plan, shows

__all__ = ["plan", "shows"]
