"""Extracts the code of docs/client.md: each block into the file that its first line names.

`python -m tests.client_page FOLDER` writes it there.
"""

import re
import subprocess
import sys
from pathlib import Path

from tests.server import BASE_DIR

TEXT = (BASE_DIR / "docs" / "client.md").read_text()
MODULES = dict(re.findall(r"^```js\n// (\w+\.js)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))


def write_modules(folder: Path) -> None:
    """Writes all blocks as modules that import each other."""
    (folder / "package.json").write_text('{"type": "module"}')
    for name, code in MODULES.items():
        (folder / name).write_text(code)


def write_package(folder: Path) -> None:
    """Writes what the blocks import, @moviebooking/api, as a module that Node.js runs."""
    package = folder / "node_modules" / "@moviebooking" / "api"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    command = [sys.executable, "bin/client", "bundle", "--", str(package / "index.js")]
    subprocess.run(command, cwd=BASE_DIR, check=True)


if __name__ == "__main__":
    write_modules(Path(sys.argv[1]))
