"""What a call brings, and which function answers it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.fake_stripe.store import Document, Store


@dataclass(frozen=True)
class Call:
    """A request of an account: `owner` is its key and, with Connect, the account it acts for."""

    store: Store
    owner: str
    params: dict[str, Any]
    base: str


Answer = Callable[..., Document]
ROUTES: list[tuple[re.Pattern[str], Answer]] = []


def route(pattern: str) -> Callable[[Answer], Answer]:
    """Answer calls such as `POST /v1/refunds`; `{}` in it is an id, the function's argument."""
    matcher = re.compile(pattern.replace("{}", r"(\w+)"))

    def add(function: Answer) -> Answer:
        ROUTES.append((matcher, function))
        return function

    return add
