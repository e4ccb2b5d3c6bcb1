"""One small fault: which characters of which file become which others, and how to tell of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

# One character for each byte, so that the places that `ast` counts in bytes are places here.
BYTES = "latin-1"


class Edit(NamedTuple):
    """Characters `start` to `end` of a text become `text`."""

    start: int
    end: int
    text: str


class Key(NamedTuple):
    """What names a mutant for good, wherever its lines move within the function or statement.

    `nth` tells apart equal lines in one place: 1 unless there are such.
    """

    file: str
    within: str
    was: str
    becomes: str
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Mutant:
    """An edit of a file's `source`, the key that names it, and the statement that it is in."""

    key: Key
    line: int
    edit: Edit
    source: str = field(repr=False, compare=False)
    statement: str = field(repr=False, compare=False, default="")

    def program(self) -> str:
        """What Python would read."""
        return applied(self.source, self.edit).encode(BYTES).decode()

    def place(self) -> str:
        """Where it is, as editors understand."""
        return f"{self.key.file}:{self.line}"

    def diff(self) -> str:
        """The mutant as a person reads it."""
        more = f", number {self.key.nth}" if self.key.nth > 1 else ""
        change = f"  - {self.key.was}\n  + {self.key.becomes}"
        return f"{self.place()} in {self.key.within}{more}\n{change}"


def applied(source: str, edit: Edit) -> str:
    """The source with the edit done."""
    return source[: edit.start] + edit.text + source[edit.end :]


def lines_around(source: str, edit: Edit) -> tuple[str, str]:
    """The lines that the edit touches, before and after, with their blanks made even."""
    begin = source.rfind("\n", 0, edit.start) + 1
    end = source.find("\n", edit.end)
    end = len(source) if end < 0 else end
    after = source[begin : edit.start] + edit.text + source[edit.end : end]
    return _even(source[begin:end]), _even(after)


def _even(lines: str) -> str:
    return " ".join(lines.encode(BYTES).decode().split())
