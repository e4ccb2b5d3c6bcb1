"""The admin pages of users; Django's autodiscovery finds and registers them here."""

from users.admin import accounts

__all__ = ["accounts"]
