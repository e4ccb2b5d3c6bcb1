"""How the seats of any layout are labelled."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theaters.layout import (
    CATEGORIES,
    GAP,
    NOT_FOR_SALE,
    InvalidLayout,
    check_layout,
    grid,
    places,
    row_name,
)

SIZES = st.integers(1, 50)


@st.composite
def layouts(draw: st.DrawFn) -> list[str]:
    rows, columns = draw(SIZES), draw(SIZES)
    line = st.text(alphabet="sprwx_", min_size=columns, max_size=columns)
    return draw(st.lists(line | st.just(GAP * columns), min_size=rows, max_size=rows))


@given(layouts())
def test_every_place_but_a_gap_is_one_seat(layout: list[str]) -> None:
    seats = list(places(layout))
    assert len({seat.label for seat in seats}) == len(seats)
    assert len(seats) == sum(len(line) - line.count(GAP) for line in layout)
    assert sum(not seat.is_for_sale for seat in seats) == "".join(layout).count(NOT_FOR_SALE)


@given(layouts())
def test_labels_lead_back_to_the_layout(layout: list[str]) -> None:
    lettered = [line for line in layout if set(line) != {GAP}]
    for seat in places(layout):
        line = next(line for i, line in enumerate(lettered) if row_name(i) == seat.row)
        kind = line[seat.column - 1]
        assert layout[seat.line - 1] == line
        assert seat.label == f"{seat.row}{seat.number}"
        assert seat.category == CATEGORIES.get(kind, "standard")
        assert seat.number == len(line[: seat.column].replace(GAP, ""))


@given(layouts())
def test_rows_are_lettered_and_seats_numbered_without_gaps(layout: list[str]) -> None:
    by_row: dict[str, list[int]] = {}
    for seat in places(layout):
        by_row.setdefault(seat.row, []).append(seat.number)
    assert list(by_row) == [row_name(i) for i in range(len(by_row))]
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_row.values())


@given(layouts())
def test_a_layout_is_valid_if_a_seat_is_for_sale(layout: list[str]) -> None:
    if set("".join(layout)) & set("sprw"):
        check_layout(layout)
    else:
        with pytest.raises(InvalidLayout):
            check_layout(layout)


@given(st.lists(st.text(max_size=55), max_size=55))
def test_anything_else_is_refused_and_nothing_breaks(layout: list[str]) -> None:
    is_drawn = (
        1 <= len(layout) <= 50
        and len({len(line) for line in layout}) == 1
        and all(re.fullmatch("[sprwx_]{1,50}", line) for line in layout)
        and re.search("[sprw]", "".join(layout)) is not None
    )
    if is_drawn:
        check_layout(layout)
    else:
        with pytest.raises(InvalidLayout):
            check_layout(layout)


@given(SIZES, SIZES)
def test_a_grid_is_a_layout_of_its_size(rows: int, columns: int) -> None:
    check_layout(grid(rows, columns))
    assert len(list(places(grid(rows, columns)))) == rows * columns


def test_rows_after_z() -> None:
    assert [row_name(i) for i in (0, 25, 26, 27, 51, 52)] == ["A", "Z", "AA", "AB", "AZ", "BA"]
    names = [row_name(i) for i in range(50)]
    assert all((len(a), a) < (len(b), b) for a, b in pairwise(names))


def test_the_example_of_an_aisle() -> None:
    seats = list(places(["ss_ss", "_____", "_ppx_"]))
    assert [seat.label for seat in seats] == ["A1", "A2", "A3", "A4", "B1", "B2", "B3"]
    assert [seat.line for seat in seats] == [1, 1, 1, 1, 3, 3, 3]
