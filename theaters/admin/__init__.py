"""The office of theaters; Django finds it here and registers its pages."""

from theaters.admin import theaters

__all__ = ["theaters"]
