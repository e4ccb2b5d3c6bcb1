"""The first server that finds no static files collects them, once."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from pytest_django import Settings

from core.server.static import collect_once

PRODUCTION = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
OTHER_PLACES = """
from core.settings import *
STATICFILES_DIRS = [{source!r}]
STATICFILES_FINDERS = {finders!r}
STATIC_ROOT = {root!r}
STORAGES |= {storages!r}
"""


@pytest.fixture
def root(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where production's files are to be: of one source, with one stylesheet.

    The process that collects has the same settings, in a module.
    """
    source, root = tmp_path / "source", tmp_path / "collected"
    source.mkdir()
    (source / "page.css").write_text("body { color: black }")
    settings.STATIC_ROOT = str(root)
    settings.STORAGES = settings.STORAGES | PRODUCTION
    module = OTHER_PLACES.format(
        source=str(source), finders=FINDERS, root=str(root), storages=PRODUCTION
    )
    (tmp_path / "other_places.py").write_text(module)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "other_places")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return root


def test_the_first_server_collects_them(root: Path) -> None:
    collect_once()
    address = staticfiles_storage.url("page.css")
    assert address.startswith("/static/page.")
    assert (root / address.removeprefix("/static/")).exists()


def test_the_next_server_leaves_them_alone(root: Path) -> None:
    collect_once()
    (root.parent / "source" / "late.css").write_text("")
    collect_once()
    assert not [*root.glob("late*")]


def test_a_place_that_takes_no_files_is_a_warning(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / ".lock").mkdir(parents=True)
    collect_once()
    assert "run collectstatic" in caplog.text


def test_in_development_they_stay_where_they_are(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    collect_once()
    assert not [*tmp_path.iterdir()]
