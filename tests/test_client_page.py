"""docs/client.md: its code runs against the real server, and its table knows every code."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from core.failures import Failure
from core.management.commands.document_errors import page
from shows.models import Show
from tests.client_page import MODULES, TEXT, write_modules, write_package
from tests.server import BASE_DIR, Server, Switch
from tests.tools import program


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's code, each block in the file that its first line names, and the package."""
    folder = tmp_path_factory.mktemp("client")
    write_modules(folder)
    write_package(folder)
    return folder


@pytest.mark.needs("node")
@pytest.mark.django_db(transaction=True)
def test_the_code_does_what_the_page_says(
    modules: Path, server: Server, switch: Switch, show: Show
) -> None:
    switch.cut()
    variables = {"API": server.url, "MODULES": str(modules), "SHOW": str(show.pk)}
    done = subprocess.run(
        [program("node"), "--test", "--test-timeout=120000", "tests/client.test.mjs"],
        cwd=BASE_DIR,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9][0-9]$", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.needs("node")
def test_every_block_is_a_module(modules: Path) -> None:
    assert TEXT.count("```js\n") == len(MODULES)
    for module in modules.glob("*.js"):
        subprocess.run([program("node"), "--check", str(module)], check=True)


def test_the_table_knows_every_code() -> None:
    page()
    table = TEXT.split("## What to do with each error")[1]
    rows = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    codes = [code for row in rows for code in re.findall(r"`(\w+)`", row)]
    assert sorted(codes) == sorted(Failure.by_code)
