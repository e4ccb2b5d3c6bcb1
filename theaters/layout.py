"""The seat layout of a screen: one string per row from the front, one character per place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

GAP = "_"
NOT_FOR_SALE = "x"
CATEGORIES = {"s": "standard", "p": "premium", "r": "recliner", "w": "wheelchair"}
CHARACTERS = frozenset(CATEGORIES) | {GAP, NOT_FOR_SALE}
MOST_ROWS = MOST_COLUMNS = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A place with a seat: `A1` is number 1 of row A and stands in `column` of the layout."""

    label: str
    row: str
    number: int
    column: int
    category: str
    is_for_sale: bool


def grid(rows: int, columns: int) -> list[str]:
    """A plain layout of standard seats."""
    return ["s" * columns] * rows


def row_name(index: int) -> str:
    """A … Z, AA … for 0, 1, …: how the rows of a large screen are lettered."""
    name = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        name = chr(ord("A") + letter) + name
        index -= 1
    return name


def places(layout: Sequence[str]) -> Iterator[Place]:
    """The seats in row and number order. Rows of gaps get no letter, gaps no number."""
    lettered = (line for line in layout if line.strip(GAP))
    for index, line in enumerate(lettered):
        row, numbers = row_name(index), count(1)
        for column, kind in enumerate(line, start=1):
            if kind != GAP:
                number = next(numbers)
                yield Place(
                    label=f"{row}{number}",
                    row=row,
                    number=number,
                    column=column,
                    category=CATEGORIES.get(kind, "standard"),
                    is_for_sale=kind != NOT_FOR_SALE,
                )
