"""The admin pages of movies; Django's autodiscovery finds and registers them here."""

from movies.admin import movies

__all__ = ["movies"]
