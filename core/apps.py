"""What Django loads of the core."""

from typing import ClassVar

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class CoreConfig(AppConfig):
    name = "core"


class StaticFiles(StaticFilesConfig):
    """Leaves out what no page of ours uses: half of the time and the size of collecting."""

    ignore_patterns: ClassVar[list[str]] = [
        *StaticFilesConfig.ignore_patterns,
        "redoc",
        "rest_framework",
    ]
