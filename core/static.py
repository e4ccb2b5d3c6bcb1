"""Static files, collected by the first server that finds none."""

import fcntl
import logging
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command

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
                call_command("collectstatic", interactive=False, verbosity=0)
        staticfiles_storage.hashed_files = staticfiles_storage.load_manifest()[0]
    except OSError as error:
        logger.warning("Static files are missing, run collectstatic: %s", error)
