"""The office of shows; Django finds it here and registers its pages."""

from shows.admin import shows

__all__ = ["shows"]
