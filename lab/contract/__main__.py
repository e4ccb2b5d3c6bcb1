"""`python -m lab.contract`: what clients see differently since the schema that they were given.

That one is docs/openapi.released.yaml, without the texts; `--release` writes it anew, once for each
release. Whatever could break a client fails. What `ADDED` allows needs a line in the newest section
of CHANGELOG.md that names it in `code`.
"""

import sys
from pathlib import Path
from typing import Any

import yaml

from lab.contract.changelog import unlisted
from lab.contract.comparing import changes

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "openapi.yaml"
RELEASED = ROOT / "docs" / "openapi.released.yaml"
CHANGELOG = ROOT / "CHANGELOG.md"
TEXTS = {"description", "summary", "example", "examples", "tags", "info", "servers"}


def _without_texts(part: Any, *, of_members: bool = False) -> Any:
    if isinstance(part, dict):
        return {
            name: _without_texts(value, of_members=name == "properties" and not of_members)
            for name, value in part.items()
            if of_members or name not in TEXTS
        }
    return [_without_texts(each) for each in part] if isinstance(part, list) else part


def _read(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def main(arguments: list[str]) -> int:
    """Returns 1 if a client could break, or if the changelog does not say what is new."""
    new = _read(SCHEMA)
    if arguments == ["--release"]:
        RELEASED.write_text(yaml.safe_dump(_without_texts(new), sort_keys=False, width=100))
        return 0
    found = changes(_read(RELEASED), new)
    missing = unlisted(found, CHANGELOG.read_text())
    for each in found:
        fault = "BREAKS CLIENTS" if not each.rule else "" if each not in missing else "NO LINE"
        print(f"{fault or 'added':15}{each.where}: {each.what}")
    if missing:
        print("Name what is new in `code` in the newest section of CHANGELOG.md.")
    return int(bool(missing) or not all(each.rule for each in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
