"""Spectral and Redocly read docs/openapi.yaml; a warning fails, too.

The rules that are switched off, and why, are in spectral.yaml and redocly.yaml.
"""

import shutil
import sys

from tests.clients.programs import HERE, SCHEMA, Failed, install_modules, run


def lint() -> None:
    """Raises `Failed` with what the linters found."""
    install_modules()
    run("spectral", "lint", SCHEMA, "--ruleset", HERE / "spectral.yaml", "--fail-severity", "warn")
    run("redocly", "lint", SCHEMA, "--config", HERE / "redocly.yaml")


if __name__ == "__main__":
    if shutil.which("npm") is None:
        sys.exit("docs/openapi.yaml is linted by Node.js 20.19 or newer, with npm.")
    try:
        lint()
    except Failed as failure:
        sys.exit(str(failure))
    print("Spectral and Redocly find nothing in docs/openapi.yaml.")
