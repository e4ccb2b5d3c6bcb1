"""A mutant: which characters of which file become which others, and how it is shown."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

# One character per byte, because `ast` counts positions in bytes.
BYTES = "latin-1"


class Verdict(StrEnum):
    """What the tests say of a mutant. A time-out proves nothing: a busy machine causes it, too."""

    NOTICED = "noticed"
    LATE = "TIMED OUT"
    MISSED = "NOT NOTICED"


class Edit(NamedTuple):
    """Characters `start` to `end` of a text become `text`."""

    start: int
    end: int
    text: str


class Key(NamedTuple):
    """A name of a mutant that stays the same when lines move within the function or statement.

    `nth` distinguishes equal lines there, and is 1 otherwise.
    """

    file: str
    within: str
    was: str
    becomes: str
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Mutant:
    """An edit of a file's `source`, its key, and the statement that it is in."""

    key: Key
    line: int
    edit: Edit
    source: str = field(repr=False, compare=False)
    statement: str = field(repr=False, compare=False, default="")

    def program(self) -> str:
        """The mutated source."""
        return applied(self.source, self.edit).encode(BYTES).decode()

    def place(self) -> str:
        """Its file and line, in the format that editors understand."""
        return f"{self.key.file}:{self.line}"

    def diff(self) -> str:
        """The changed lines, before and after."""
        more = f", number {self.key.nth}" if self.key.nth > 1 else ""
        change = f"  - {self.key.was}\n  + {self.key.becomes}"
        return f"{self.place()} in {self.key.within}{more}\n{change}"


def applied(source: str, edit: Edit) -> str:
    """Returns the source with the edit applied."""
    return source[: edit.start] + edit.text + source[edit.end :]


def lines_around(source: str, edit: Edit) -> tuple[str, str]:
    """Returns the lines that the edit touches, before and after, with whitespace normalized."""
    begin = source.rfind("\n", 0, edit.start) + 1
    end = source.find("\n", edit.end)
    end = len(source) if end < 0 else end
    after = source[begin : edit.start] + edit.text + source[edit.end : end]
    return _even(source[begin:end]), _even(after)


def _even(lines: str) -> str:
    return " ".join(lines.encode(BYTES).decode().split())
