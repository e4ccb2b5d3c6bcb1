"""How many random examples Hypothesis tries: few by default, many on request."""

import os

from hypothesis import settings

MANY_TIMES = 20
_times = MANY_TIMES if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 1


def without_deadlines() -> None:
    """Set Hypothesis up: no example fails because the machine is busy."""
    settings.register_profile("here", deadline=None, max_examples=examples(100))
    settings.load_profile("here")


def examples(number: int) -> int:
    """This number, or with HYPOTHESIS_PROFILE=thorough twenty times as many."""
    return number * _times
