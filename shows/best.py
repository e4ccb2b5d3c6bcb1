"""Which seats are best, and which choices leave a single seat: rules alone, no database.

Clients have the same rules; best_examples.json, beside the tests, is for both. All is counted in
whole numbers, so that no rounding tells the two apart.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WHEELCHAIR = "wheelchair"
MOST_LINES_AWAY = 2
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """A seat at its `line` and `column` of the layout, both from 1."""

    label: str
    line: int
    column: int
    category: str
    is_free: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """So many seats, all of one category if that is named; `is_accessible` with a wheelchair
    place."""

    party: int
    category: str = ""
    is_accessible: bool = False

    def fits(self, spot: Spot) -> bool:
        """Returns whether the seat can be one of them."""
        if spot.category == WHEELCHAIR:
            return spot.is_free and self.is_accessible
        return spot.is_free and self.category in ("", spot.category)


def best_seats(spots: Sequence[Spot], *, rows: int, columns: int, wish: Wish) -> list[Spot]:
    """Returns the best seats of a room of so many lines and columns, from left to right; an empty
    list if there are not so many together.

    Together means side by side in one row. Of all that are, it is those with the fewest wheelchair
    places (one, if it is asked for, else none), of these those that leave the fewest single seats,
    of these those nearest to the point two thirds back in the middle, a row being twice as far as a
    seat. Of equals, those farther back, then those farther left.
    """
    free = free_places(spots)

    def rank(block: Sequence[Spot]) -> tuple[int, ...]:
        first = block[0]
        aside = 3 * (2 * first.column + wish.party - columns - 2)  # sixths of a seat
        ahead = 6 * first.line - 4 * rows - 2  # sixths of a row
        singles = len(singles_left(free, block))
        nearness = aside**2 + (2 * ahead) ** 2
        return (_wheelchairs(block), singles, nearness, -first.line, first.column)

    blocks = _blocks([spot for spot in spots if wish.fits(spot)], wish.party)
    return min(
        (b for b in blocks if not wish.is_accessible or _wheelchairs(b)), key=rank, default=[]
    )


def free_places(spots: Sequence[Spot]) -> dict[Position, Spot]:
    """Returns the free seats by their positions."""
    return {(spot.line, spot.column): spot for spot in spots if spot.is_free}


def singles_left(free: Mapping[Position, Spot], chosen: Collection[Spot]) -> list[str]:
    """Returns the labels of the free seats that would be left without a free neighbour because
    these are chosen: nobody who comes with somebody would take them.

    Wheelchair places are meant to be single, and are neighbours like others.
    """
    taken = {(spot.line, spot.column) for spot in chosen}
    left = free.keys() - taken
    beside = {(line, column + step) for line, column in taken for step in (-1, 1)} & left
    return [
        free[line, column].label
        for line, column in sorted(beside)
        if free[line, column].category != WHEELCHAIR
        and (line, column - 1) not in left
        and (line, column + 1) not in left
    ]


def better_choice(free: Mapping[Position, Spot], chosen: Sequence[Spot]) -> list[str]:
    """Returns the labels of seats to choose instead, which leave none single; an empty list if
    these leave none either, or if nothing else is possible.

    Only what is as good counts: each part that is side by side stays so, with seats of the same
    categories, at most MOST_LINES_AWAY from where it was, and as near as possible.
    """
    if not singles_left(free, chosen):
        return []
    parts = _runs(chosen)
    for index, part in enumerate(parts):
        others = [spot for other in parts if other is not part for spot in other]
        parts[index] = _moved(free, part, others)
    moved = [spot for run in _runs([s for part in parts for s in part]) for spot in run]
    return [] if singles_left(free, moved) else [spot.label for spot in moved]


def _moved(
    free: Mapping[Position, Spot], part: Sequence[Spot], others: Sequence[Spot]
) -> list[Spot]:
    """Returns the block like this part that, with the others, leaves the fewest single seats; of
    these the nearest."""
    first, kinds = part[0], sorted(spot.category for spot in part)

    def rank(block: Sequence[Spot]) -> tuple[int, ...]:
        ahead, aside = block[0].line - first.line, block[0].column - first.column
        singles = len(singles_left(free, [*others, *block]))
        return (singles, aside**2 + (2 * ahead) ** 2, -block[0].line, block[0].column)

    near = [
        spot
        for spot in free.values()
        if abs(spot.line - first.line) <= MOST_LINES_AWAY and spot not in others
    ]
    alike = (b for b in _blocks(near, len(part)) if sorted(s.category for s in b) == kinds)
    return min(alike, key=rank)


def _blocks(spots: Sequence[Spot], party: int) -> Iterator[list[Spot]]:
    """Yields all blocks of so many of these seats that are side by side."""
    for run in _runs(spots):
        for start in range(len(run) - party + 1):
            yield run[start : start + party]


def _runs(spots: Sequence[Spot]) -> list[list[Spot]]:
    """Returns the seats in rows without a gap."""
    ordered = sorted(spots, key=lambda spot: (spot.line, spot.column))
    runs = [ordered[:1]] if ordered else []
    for before, spot in pairwise(ordered):
        if (spot.line, spot.column) == (before.line, before.column + 1):
            runs[-1].append(spot)
        else:
            runs.append([spot])
    return runs


def _wheelchairs(block: Sequence[Spot]) -> int:
    return sum(spot.category == WHEELCHAIR for spot in block)
