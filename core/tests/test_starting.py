"""A production without its static files does not start, and says what makes them."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from core.server.starting import refuse_missing_files

PRODUCTION = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


@pytest.fixture
def production(tmp_path: Path, settings: Settings) -> None:
    """Its files are to be in an empty folder; they are one style sheet."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("body { color: black }")
    settings.STATICFILES_DIRS = [str(source)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = str(tmp_path / "collected")
    settings.STORAGES = settings.STORAGES | PRODUCTION


def test_a_server_without_its_files_does_not_start(production: None) -> None:
    with pytest.raises(SystemExit, match="its static files are missing"):
        refuse_missing_files()


def test_a_server_with_its_files_starts(production: None) -> None:
    call_command("collectstatic", "--no-input", verbosity=0)
    refuse_missing_files()


def test_in_development_they_stay_where_they_are(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    refuse_missing_files()
