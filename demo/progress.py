"""A bar for those who wait: one line for each step of a long load."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WIDTH = 30


class Progress:
    """Draws to a terminal as it goes; into a file or a pipe it writes finished steps only."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.name, self.total, self.done = "", 0, 0
        self.started = self.drawn = time.monotonic()

    def say(self, sentence: str) -> None:
        """A line of its own."""
        self.out.write(f"{sentence}\n")
        self.out.flush()

    @contextmanager
    def step(self, name: str, total: int = 0) -> Iterator[None]:
        """A step of the load that makes `total` things; 0 if that is known at its end only."""
        self.name, self.total, self.done = name, total, 0
        self.started = time.monotonic()
        self.draw()
        yield
        self.finish()

    def advance(self, count: int) -> None:
        """So many more things were made."""
        self.done += count
        if time.monotonic() - self.drawn > 0.1:
            self.draw()

    def finish(self) -> None:
        """Leaves the line of the step, with how long it took."""
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
