"""The system programs that tests marked with `needs` require; `make test-tools` runs them."""

import os
import shutil

import pytest

PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
PACKAGES = {
    "chromium": "apt-get install chromium",
    "chromedriver": "apt-get install chromium-driver",
    "nginx": "apt-get install nginx-light",
    "pgbouncer": "apt-get install pgbouncer",
    "openssl": "apt-get install openssl",
    "node": "install Node.js 20 or newer",
}


def program(name: str) -> str:
    """The path of a program. Fails the test where there is none, and says how to get it."""
    path = shutil.which(name, path=PLACES)
    if path is None:
        pytest.fail(f"This test needs {name}: {PACKAGES[name]}")
    return path


def require(name: str) -> None:
    """Fails the test unless the program is there, or, for `root`, unless root runs it."""
    if name != "root":
        program(name)
    elif os.geteuid() != 0:
        pytest.fail("This test needs root: run it as root.")
