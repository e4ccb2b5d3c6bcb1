"""The office of movies; Django finds it here and registers its pages."""

from movies.admin import movies

__all__ = ["movies"]
