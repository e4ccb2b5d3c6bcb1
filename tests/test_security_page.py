"""SECURITY.md names a test for each requirement that is met; the tests are there."""

import re
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def test_the_page_names_tests_that_exist() -> None:
    named = TEST.findall((BASE_DIR / "SECURITY.md").read_text())
    assert len(named) > 50
    for path, name in named:
        assert f"def {name}(" in (BASE_DIR / path).read_text() or not name, f"{path}::{name}"
