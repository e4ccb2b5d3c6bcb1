"""Where parties sit, and the references of their bookings."""

from itertools import islice
from random import Random

from demo.cinemas import GRAND, MIDDLE, PLAIN, STUDIO
from demo.seating import PARTY_SIZES, seating_of
from demo.selling import references
from theaters.layout import places


def test_a_party_sits_side_by_side_with_no_aisle_between() -> None:
    for layout in (GRAND, MIDDLE, PLAIN, STUDIO):
        seats = {seat.label: seat for seat in places(layout)}
        for size in PARTY_SIZES:
            for block in seating_of(tuple(layout)).blocks[size]:
                found = [seats[label] for label in block.labels]
                first = found[0]
                assert {seat.row for seat in found} == {first.row}
                assert [seat.column - first.column for seat in found] == list(range(size))
                assert all(seat.is_for_sale and seat.category != "wheelchair" for seat in found)


def test_the_first_choice_is_in_the_middle_of_a_row_behind_the_middle() -> None:
    best = seating_of(tuple(GRAND)).blocks[2][0]
    assert best.labels == ["H9", "H10"]


def test_wheelchair_places_are_kept_for_those_who_need_them() -> None:
    found = seating_of(tuple(GRAND))
    assert [block.labels for block in found.wheelchair] == [["A2"], ["A11"], ["A1"], ["A12"]]


def test_nobody_sits_on_a_taken_seat_and_a_full_room_has_no_block() -> None:
    found, rng, taken, sold = seating_of(tuple(STUDIO)), Random(1), 0, 0
    while block := found.pick(1, taken=taken, rng=rng):
        assert not block.mask & taken
        taken |= block.mask
        sold += 1
    assert sold == found.seats - len(found.wheelchair)


def test_references_are_distinct_and_can_be_read_out() -> None:
    found = list(islice(references(seed=1), 20_000))
    assert len(set(found)) == 20_000
    assert set("".join(found)) == set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    assert {len(reference) for reference in found} == {10}
    assert not set(found) & set(islice(references(seed=2), 20_000))
