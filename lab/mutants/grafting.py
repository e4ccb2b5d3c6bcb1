"""Puts a mutant into a running program, without reimporting anything or changing a file.

Objects keep their identity: functions get the mutant's code, classes its attributes; a name bound
to a constant, or to a function that lost its decorator, is rebound in every module.
"""

import sys
from types import FunctionType, ModuleType
from typing import Any

from django.db.models import Q
from django.db.models.expressions import BaseExpression

from core.postgres.documents import Document, Rows

CONSTANTS = str, bytes, int, bool, tuple, list, dict, frozenset, set, type(None)
VALUES = *CONSTANTS, Q, BaseExpression, Document, Rows


def graft(module: ModuleType, source: str) -> None:
    """Makes the loaded module what it would be with this source. Raises what importing it would."""
    mutated: dict[str, Any] = dict(vars(module))
    exec(compile(source, str(module.__file__), "exec"), mutated)  # noqa: S102 (that is its purpose)
    for name, new in mutated.items():
        old = vars(module).get(name)
        if new is not old and not name.startswith("__") and not _grafted(old, new, module):
            _bind_anew(name, old, new)


def _grafted(old: Any, new: Any, module: ModuleType) -> bool:
    """Turns the old object into the new one, and returns whether that was possible."""
    if isinstance(old, type) and isinstance(new, type):
        if new.__module__ == module.__name__:
            _graft_class(old, new, module)
        return True
    if isinstance(old, property) and isinstance(new, property):
        return _grafted(old.fget, new.fget, module)
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        if old.__code__.co_freevars != new.__code__.co_freevars:
            return False
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__
    if hasattr(old, "__wrapped__") and hasattr(new, "__wrapped__"):
        return _grafted(old.__wrapped__, new.__wrapped__, module)
    return not isinstance(new, VALUES)


def _graft_class(old: type, new: type, module: ModuleType) -> None:
    for name, value in vars(new).items():
        mine = vars(old).get(name)
        own = not name.startswith("__") or isinstance(value, FunctionType)
        if own and not _grafted(mine, value, module) and mine != value:
            setattr(old, name, value)


def _bind_anew(name: str, old: Any, new: Any) -> None:
    if isinstance(new, FunctionType):
        new = FunctionType(new.__code__, old.__globals__, name, new.__defaults__, new.__closure__)
        new.__kwdefaults__ = old.__kwdefaults__
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get(name) is old:
            setattr(module, name, new)
