"""A pytest plugin, loaded before the settings: gives the tests their own database cluster."""

import os

from core.embedded.cluster import TEST_CLUSTER, embedded_url

os.environ.setdefault("DEVELOPMENT", "true")
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = embedded_url(
        TEST_CLUSTER,
        max_connections=300,
        settings={
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "autovacuum": "off",  # plans and the order of rows depend on no moment
            "jit": "off",
            "deadlock_timeout": "100ms",  # who waits in a circle is told sooner, not more often
        },
    )
