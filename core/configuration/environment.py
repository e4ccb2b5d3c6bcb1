"""Reading the environment: what is missing or wrong is collected, and told in one go."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values

from core.configuration.values import parse_flag, parse_number, split_entries

T = TypeVar("T")
MOST = 1_000_000


class Environment:
    """The variables of this process and, where it has none of that name, of a file `.env`.

    A variable without a value is one that is not set. One that is no good is remembered, and its
    default stands in for it until `refuse_what_is_wrong`.
    """

    def __init__(self, file: Path) -> None:
        self._values = {**dotenv_values(file), **os.environ}
        self._wrong: list[str] = []

    def read(self, name: str, default: T, parse: Callable[[str], T]) -> T:
        """Return the variable as parsed; a ValueError of `parse` says what is wrong with it."""
        value = (self._values.get(name) or "").strip()
        if not value:
            return default
        try:
            return parse(value)
        except ValueError as error:
            self.wrong(f"{name} {error}")
            return default

    def text(self, name: str, default: str = "") -> str:
        """Return the text, stripped."""
        return self.read(name, default, str)

    def flag(self, name: str, default: bool) -> bool:
        """Return the variable as a boolean: `true`, `false` or another word for them."""
        return self.read(name, default, parse_flag)

    def number(self, name: str, default: int, *, least: int = 0, most: int = MOST) -> int:
        """Return a whole number between these."""
        return self.read(name, default, lambda value: parse_number(value, least, most))

    def entries(self, name: str, parse: Callable[[str], str] = str) -> list[str]:
        """Return the entries between commas, stripped, each read by `parse`."""
        return self.read(name, [], lambda value: [parse(each) for each in split_entries(value)])

    def require(self, name: str, example: str) -> None:
        """Record an error if the variable is not set."""
        if not self.text(name):
            self.wrong(f"set {name} in the environment, for example {name}={example}")

    def wrong(self, sentence: str) -> None:
        """Record what is wrong with a variable; a sentence never repeats a secret."""
        self._wrong.append(sentence)

    def refuse_what_is_wrong(self) -> None:
        """Exit with a sentence for each variable that is wrong, if any is."""
        if len(self._wrong) == 1:
            raise SystemExit(f"MovieBooking does not start: {self._wrong[0]}")
        if self._wrong:
            lines = "".join(f"\n- {sentence}" for sentence in self._wrong)
            raise SystemExit(f"MovieBooking does not start, for these reasons:{lines}")
