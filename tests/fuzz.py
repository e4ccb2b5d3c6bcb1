"""`python -m tests.fuzz`: schemathesis against the real server, as each role, with every check.

Whatever the request, the response must be as the schema says: no 5xx, and no status, header or body
that is not described. SECONDS (10) is the time for each role; another SEED is another run.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import sql

from core.embedded.cluster import DEVELOPMENT_CLUSTER, embedded_url
from tests.server import BASE_DIR, environment, serving

ROLES = {
    "anyone": None,
    "a customer": "alice@example.com",
    "an owner": "olga@example.com",
    "an admin": "ada@example.com",
}
PASSWORD = "correct-horse-battery"  # the demo's
SCHEMATHESIS = shutil.which("st", path=str(Path(sys.executable).parent))
OF_ADDRESSES = {"add_movie", "change_movie", "login", "forgot_password"}
OF_ANY_INPUT = {"validation_failed", "malformed_json", "bad_request", "unknown_parameter"}
EXCEPTIONS = """
[checks.negative_data_rejection]
expected-statuses = ["4xx", "5xx"]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "429", "5xx"]

[[operations]]
include-operation-id = "get_hold"
checks.ensure_resource_availability.enabled = false
"""
RULE = """
[[operations]]
include-operation-id = "{name}"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "422"]
"""


def main() -> int:
    """Returns the number of roles for which something was found."""
    with _database() as url, tempfile.TemporaryDirectory() as folder:
        os.environ["SCHEMATHESIS_HOOKS"] = "tests.fuzz_hooks"
        variables = environment(DATABASE_URL=url, DEVELOPMENT="true", RATE_LIMITS_ENABLED="false")
        for command in (["migrate", "-v0"], ["demo", "--theaters=2", "--days=2", "--users=100"]):
            manage = [sys.executable, "manage.py", *command]
            subprocess.run(manage, cwd=BASE_DIR, env=variables, check=True)
        with serving(variables, arguments=("-w", "1", "--threads", "4")) as server:
            rules = Path(folder) / "schemathesis.toml"
            rules.write_text(_rules(httpx.get(f"{server.url}/api/v1/schema/").json()))
            return sum(not _is_clean(server.url, who, rules) for who in ROLES)


@contextmanager
def _database() -> Iterator[str]:
    """A new one on the server of development, dropped at the end."""
    server = os.environ.get("DATABASE_URL") or embedded_url(DEVELOPMENT_CLUSTER)
    name = f"fuzz_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", server, count=1)
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


def _rules(schema: Any) -> str:
    """400 for what fits the schema only where an operation names a code of its own for it.

    Or where it takes an address of the web or for mail: no schema says which of them are good.
    """
    return EXCEPTIONS + "".join(
        RULE.format(name=operation["operationId"])
        for path in schema["paths"].values()
        for operation in path.values()
        if operation["operationId"] in OF_ADDRESSES
        or _codes(operation["responses"].get("400")) - OF_ANY_INPUT
    )


def _codes(response: Any) -> set[str]:
    return set(response["content"]["application/problem+json"]["examples"]) if response else set()


def _is_clean(url: str, who: str, rules: Path) -> bool:
    print(f"\nAs {who}", flush=True)
    command = [str(SCHEMATHESIS), "--config-file", str(rules), "run", f"{url}/api/v1/schema/"]
    command += ["--max-time", os.environ.get("SECONDS", "10"), "--checks", "all"]
    command += ["--generation-database", "none", "--generation-allow-x00", "false"]
    command += ["--warnings", "off", "--no-color", "--exclude-operation-id", "logout_all"]
    if seed := os.environ.get("SEED"):
        command += ["--seed", seed]
    if email := ROLES[who]:
        body = {"email": email, "password": PASSWORD}
        answer = httpx.post(f"{url}/api/v1/auth/login/", json=body).raise_for_status()
        command += ["--header", f"Authorization: Bearer {answer.json()['access']}"]
    return subprocess.run(command, cwd=BASE_DIR, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
