"""The office of users; Django finds it here and registers its pages."""

from users.admin import accounts

__all__ = ["accounts"]
