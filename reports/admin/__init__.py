"""The admin page of reports; Django's autodiscovery finds and registers it here."""

from reports.admin import pages

__all__ = ["pages"]
