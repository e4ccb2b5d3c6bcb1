"""What one app adds to the pages of another's model, without either's pages knowing the other."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Kind = TypeVar("Kind", bound="type[Addition]")


class Kept(NamedTuple):
    """Why a row cannot be deleted, and a link to what keeps it."""

    sentence: str
    link: str
    address: str


class Tool(NamedTuple):
    """A button on a row's page."""

    title: str
    address: str


class Addition:
    """Addresses, tools, and what keeps a row, for the `pages` that it is made for."""

    def __init__(self, pages: Any) -> None:
        self.pages = pages

    def urls(self) -> list[Any]:
        """Return routes below those of the model."""
        return []

    def tools(self, request: HttpRequest, row: Any) -> list[Tool]:
        """Return buttons for the page of the row."""
        return []

    def annotate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with what `marks` needs, so that a list takes no more queries."""
        return rows

    def marks(self, row: Any) -> list[str]:
        """Return words that mark the row wherever its status is shown."""
        return []

    def kept_by(self, row: Any) -> Kept | None:
        """Return what prevents deleting the row."""
        return None


_ADDED: dict[type[Model], list[type[Addition]]] = defaultdict(list)


def add_to(model: type[Model]) -> Callable[[Kind], Kind]:
    """Add the decorated Addition to the pages of the model."""

    def add(addition: Kind) -> Kind:
        _ADDED[model].append(addition)
        return addition

    return add


def added_to(pages: Any) -> list[Addition]:
    """Return the additions to these pages."""
    return [kind(pages) for kind in _ADDED[pages.model]]
