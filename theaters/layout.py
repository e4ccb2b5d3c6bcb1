"""The seat layout of a screen: one string per row from the front, one character per place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from core.failures import InvalidInput

GAP = "_"
NOT_FOR_SALE = "x"
CATEGORIES = {"s": "standard", "p": "premium", "r": "recliner", "w": "wheelchair"}
CATEGORY_NAMES = tuple(CATEGORIES.values())
CHARACTERS = frozenset(CATEGORIES) | {GAP, NOT_FOR_SALE}
MOST_ROWS = MOST_COLUMNS = 50


class InvalidLayout(InvalidInput):
    """A seat layout has rows of different lengths, other characters, no seat for sale, or a size
    that is not allowed."""

    code = "invalid_layout"
    title = "The seat layout is not valid"
    remedy = "Send 1 to 50 rows of the same length, 1 to 50 of the characters s, p, r, w, x and _."
    example = {"field": "layout"}


@dataclass(frozen=True, slots=True)
class Place:
    """A place with a seat: `A1` is number 1 of row A, at `line` and `column` of the layout, both
    counted from 1."""

    label: str
    row: str
    number: int
    line: int
    column: int
    category: str
    is_for_sale: bool


def grid(rows: int, columns: int) -> list[str]:
    """Returns a layout of standard seats only."""
    return ["s" * columns] * rows


def check_layout(layout: Sequence[str]) -> None:
    """Raises InvalidLayout for the first rule that the layout breaks."""
    widths = {len(line) for line in layout}
    unknown = sorted(set("".join(layout)) - CHARACTERS)
    if not 1 <= len(layout) <= MOST_ROWS:
        raise InvalidLayout(f"A layout has 1 to {MOST_ROWS} rows.", field="layout")
    if len(widths) != 1 or not 1 <= max(widths) <= MOST_COLUMNS:
        raise InvalidLayout(
            f"All rows of a layout have the same length, 1 to {MOST_COLUMNS}.",
            field="layout",
        )
    if unknown:
        raise InvalidLayout(f"{unknown[0]!r} is not one of s, p, r, w, x and _.", field="layout")
    if not set("".join(layout)) & CATEGORIES.keys():
        raise InvalidLayout("A layout needs at least one seat for sale.", field="layout")


def row_name(index: int) -> str:
    """Returns the letters of a row, counted from 0: A … Z, AA …"""
    name = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        name = chr(ord("A") + letter) + name
        index -= 1
    return name


def places(layout: Sequence[str]) -> Iterator[Place]:
    """Yields the seats by row and number. Rows of gaps get no letter, gaps no number."""
    lettered = ((line, kinds) for line, kinds in enumerate(layout, start=1) if kinds.strip(GAP))
    for index, (line, kinds) in enumerate(lettered):
        row, numbers = row_name(index), count(1)
        for column, kind in enumerate(kinds, start=1):
            if kind != GAP:
                number = next(numbers)
                yield Place(
                    label=f"{row}{number}",
                    row=row,
                    number=number,
                    line=line,
                    column=column,
                    category=CATEGORIES.get(kind, "standard"),
                    is_for_sale=kind != NOT_FOR_SALE,
                )
