"""Static files, collected by the first server that finds none."""

import fcntl
import logging
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

logger = logging.getLogger(__name__)


def collect_once() -> None:
    """Collect, compress and hash the static files, unless that was done by a build or a twin.

    Safe in several processes at once: the manifest is written last, and one at a time looks for it.
    """
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return
    root = Path(settings.STATIC_ROOT)
    manifest = root / staticfiles_storage.manifest_name
    if manifest.exists():
        return
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not manifest.exists():
                _collect()
        staticfiles_storage.hashed_files = staticfiles_storage.load_manifest()[0]
    except (OSError, subprocess.CalledProcessError) as error:
        logger.warning("Static files are missing, run collectstatic: %s", error)


def _collect() -> None:
    """In a process of its own, which takes 45 MB: here, every worker would inherit them."""
    command = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, check=True)
