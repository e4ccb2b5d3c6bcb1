"""A pytest plugin, loaded before the settings: the tests have a database cluster of their own."""

import os
from pathlib import Path

from core.database import embedded_url

VAR_DIR = Path(__file__).resolve().parent.parent / "var"

os.environ.setdefault("DEVELOPMENT", "true")
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = embedded_url(
        VAR_DIR / "test-postgres",
        max_connections=200,
        settings={
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        },
    )
