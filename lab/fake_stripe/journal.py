"""What was told survives: one line per change, written before the answer."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Journal:
    """A file of JSON lines. A line that a kill cut off was never answered, and is forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        whole = path.read_bytes().rfind(b"\n") + 1
        os.ftruncate(self._file, whole)

    def lines(self) -> Iterator[Any]:
        """Yield what was appended, in that order."""
        with self._path.open() as file:
            yield from map(json.loads, file)

    def append(self, change: Any) -> None:
        """Write a change in one piece."""
        os.write(self._file, json.dumps(change, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        os.close(self._file)
