"""Where parties like to sit: the blocks of adjacent seats of a layout, best first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from random import Random
from typing import NamedTuple

from theaters.layout import Place, places

PARTY_SIZES = (1, 2, 3, 4, 5, 6)
TAKES_THE_NEXT_BEST = 0.15
SHY_SHARE = 0.5
BEST_ROW = 0.68
ROW_MATTERS, COLUMN_MATTERS = 1.5, 1.0


class Block(NamedTuple):
    """Adjacent seats: their positions in the layout as a bit mask, and their labels."""

    mask: int
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats for sale of a layout, as the blocks that parties of each size can take."""

    seats: int
    blocks: dict[int, list[Block]]
    wheelchair: list[Block]

    def pick(self, size: int, *, taken: int, rng: Random) -> Block | None:
        """Returns a free block of this size, or None. Some parties leave a seat between."""
        blocks = self.blocks[size]
        if rng.random() < SHY_SHARE:
            beside = taken << 1 | taken >> 1
            if block := pick(blocks, taken=taken | beside, rng=rng):
                return block
        return pick(blocks, taken=taken, rng=rng)

    def pick_wheelchair(self, *, taken: int, rng: Random) -> Block | None:
        """Returns a free wheelchair place, or None."""
        return pick(self.wheelchair, taken=taken, rng=rng)


def pick(blocks: Sequence[Block], *, taken: int, rng: Random) -> Block | None:
    """Returns a free block, usually one of the first, or None if there is none."""
    last = None
    for block in blocks:
        if not block.mask & taken:
            last = block
            if rng.random() < TAKES_THE_NEXT_BEST:
                break
    return last


@lru_cache(maxsize=64)
def seating_of(layout: tuple[str, ...]) -> Seating:
    """Returns the blocks of this layout. Wheelchair places are only for those who need them."""
    seats = list(places(layout))
    ranks = {row: rank for rank, row in enumerate(dict.fromkeys(seat.row for seat in seats))}
    columns = len(layout[0])

    def cost(found: Sequence[int]) -> float:
        row = ranks[seats[found[0]].row] / max(1, len(ranks) - 1)
        middle = sum(seats[i].column for i in found) / len(found) - (columns + 1) / 2
        return ((row - BEST_ROW) * ROW_MATTERS) ** 2 + (middle / columns * COLUMN_MATTERS) ** 2

    def blocks(size: int, *, wheelchair: bool) -> list[Block]:
        found = sorted(adjacent(seats, size, wheelchair=wheelchair), key=cost)
        return [Block(sum(1 << i for i in b), [seats[i].label for i in b]) for b in found]

    return Seating(
        seats=sum(seat.is_for_sale for seat in seats),
        blocks={size: blocks(size, wheelchair=False) for size in PARTY_SIZES},
        wheelchair=blocks(1, wheelchair=True),
    )


def adjacent(seats: Sequence[Place], size: int, *, wheelchair: bool) -> Iterator[range]:
    """Yields the positions of each block of this size that no aisle divides."""

    def stretch(position: int) -> tuple[str, int, bool]:
        seat = seats[position]
        usable = seat.is_for_sale and (seat.category == "wheelchair") is wheelchair
        return seat.row, seat.column - position, usable

    for (_, _, usable), group in groupby(range(len(seats)), stretch):
        found = list(group)
        if usable:
            for first in range(found[0], found[-1] - size + 2):
                yield range(first, first + size)
