"""A progress bar, with one line for each step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WIDTH = 30


class Progress:
    """Draws to a terminal; to a file or a pipe, it writes only finished steps."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.name, self.total, self.done = "", 0, 0
        self.started = self.drawn = time.monotonic()

    def say(self, sentence: str) -> None:
        """Writes a line."""
        self.out.write(f"{sentence}\n")
        self.out.flush()

    @contextmanager
    def step(self, name: str, total: int = 0) -> Iterator[None]:
        """Shows a step that makes `total` items; 0 if the total is not known before its end."""
        self.name, self.total, self.done = name, total, 0
        self.started = time.monotonic()
        self.draw()
        yield
        self.finish()

    def advance(self, count: int) -> None:
        """Adds to the number of items made."""
        self.done += count
        if time.monotonic() - self.drawn > 0.1:
            self.draw()

    def finish(self) -> None:
        """Completes the line of the step with how long it took."""
        start = "\r" if self.out.isatty() else ""
        seconds = time.monotonic() - self.started
        self.out.write(f"{start}{self.line()} {seconds:6.1f} s\n")

    def draw(self) -> None:
        self.drawn = time.monotonic()
        if self.out.isatty():
            self.out.write(f"\r{self.line()}")
            self.out.flush()

    def line(self) -> str:
        full = WIDTH * self.done // (self.total or self.done or 1)
        return f"{self.name:<9} {'█' * full}{'·' * (WIDTH - full)} {self.done:>12,}"
