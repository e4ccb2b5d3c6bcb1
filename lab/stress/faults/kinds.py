"""What a fault is, and the list of all.

A fault is a function that injects it, waits, and removes its cause. It then returns a short
description of what it did; it raises `Skipped` with the reason if the machine does not allow it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lab.stress.system import System

Inject = Callable[[System, Random], str]


class Skipped(Exception):
    """This machine does not allow the fault; the message says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault that can be injected."""

    name: str
    inject: Inject
    excuses: bool
    weight: int


FAULTS: list[Kind] = []


def fault(name: str, *, excuses: bool = True, weight: int = 1) -> Callable[[Inject], Inject]:
    """Register a function as a fault that is `weight` times as frequent as others."""

    def add(inject: Inject) -> Inject:
        FAULTS.append(Kind(name, inject, excuses, weight))
        return inject

    return add
