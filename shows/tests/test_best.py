"""The best seats: the rules by examples that clients share, and the call."""

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from shows.best import Spot, Wish, best_seats, better_choice, free_places, singles_left
from shows.models import Seat, Show
from tests.api import As, hold
from tests.problems import problem
from tests.queries import queries_at_most
from theaters.layout import places
from theaters.models import Screen
from users.models import User

SHARED = json.loads((Path(__file__).parent / "best_examples.json").read_text())
EXAMPLES, SINGLE = SHARED["best"], SHARED["single"]


def room(lines: list[str]) -> list[Spot]:
    """The seats of a map: small letters of a layout are free, capitals taken."""
    taken = {
        (line, column)
        for line, kinds in enumerate(lines, start=1)
        for column, kind in enumerate(kinds, start=1)
        if kind.isupper()
    }
    return [
        Spot(
            each.label,
            each.line,
            each.column,
            each.category,
            each.is_for_sale and (each.line, each.column) not in taken,
        )
        for each in places([line.lower() for line in lines])
    ]


def best(lines: list[str], wish: Wish) -> list[Spot]:
    return best_seats(room(lines), rows=len(lines), columns=len(lines[0]), wish=wish)


@pytest.mark.parametrize("example", EXAMPLES, ids=[each["name"] for each in EXAMPLES])
def test_the_rule_says(example: dict[str, Any]) -> None:
    lines = example["map"]
    wish = Wish(example["party"], example.get("category", ""), example.get("accessible", False))
    found = best(lines, wish)
    assert [spot.label for spot in found] == example["best"]
    assert singles_left(free_places(room(lines)), found) == example["singles"]


@pytest.mark.parametrize("example", SINGLE, ids=[each["name"] for each in SINGLE])
def test_a_choice_that_leaves_a_single_seat_has_a_better_one(example: dict[str, Any]) -> None:
    spots = room(example["map"])
    chosen = [spot for spot in spots if spot.label in example["choice"]]
    assert singles_left(free_places(spots), chosen) == example["singles"]
    assert better_choice(free_places(spots), chosen) == example["instead"]


MAPS = st.integers(1, 9).flatmap(
    lambda width: st.lists(
        st.text("ssssSSpw_x", min_size=width, max_size=width), min_size=1, max_size=5
    ).filter(lambda lines: set("".join(lines).lower()) - {"_", "x"})
)


@given(lines=MAPS, party=st.integers(1, 4), is_accessible=st.booleans())
def test_no_other_seats_are_better(lines: list[str], party: int, is_accessible: bool) -> None:
    """Compared with all choices there are, by the words of the rule."""
    spots = room(lines)
    free = free_places(spots)
    found = best(lines, Wish(party, is_accessible=is_accessible))
    least = min(
        (
            len(singles_left(free, choice))
            for choice in combinations(
                sorted(free.values(), key=lambda s: (s.line, s.column)), party
            )
            if is_together(choice)
            and sum(s.category == "wheelchair" for s in choice) == is_accessible
        ),
        default=None,
    )
    if least is None:
        assert not found or is_accessible
    else:
        assert is_together(found)
        assert len(singles_left(free, found)) == least


@given(lines=MAPS, data=st.data())
def test_what_is_better_leaves_none_and_is_as_many_of_the_same(
    lines: list[str], data: st.DataObject
) -> None:
    spots = room(lines)
    free = free_places(spots)
    some = st.lists(st.sampled_from(sorted(free)), min_size=1, max_size=5, unique=True)
    chosen = [free[place] for place in data.draw(some)] if free else []
    instead = better_choice(free, chosen)
    if instead:
        moved = [spot for spot in free.values() if spot.label in instead]
        assert singles_left(free, chosen)
        assert not singles_left(free, moved)
        assert sorted(s.category for s in moved) == sorted(s.category for s in chosen)


def is_together(choice: Any) -> bool:
    first = choice[0]
    return all(
        (spot.line, spot.column) == (first.line, first.column + step)
        for step, spot in enumerate(choice)
    )


def ask(client: APIClient, show: Show, **wish: Any) -> Any:
    answer = client.get(f"/api/v1/shows/{show.pk}/best/", wish)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.django_db
def test_the_call_says_what_they_cost(anyone: APIClient, show: Show) -> None:
    Seat.objects.filter(show=show, label="G5").update(price="12.50", category="premium")
    with queries_at_most(1):
        said = ask(anyone, show)
    assert said == {
        "show": show.pk,
        "seats": [
            {"label": "G5", "category": "premium", "price": "12.50"},
            {"label": "G6", "category": "standard", "price": "250.00"},
        ],
        "total": "262.50",
        "currency": "EUR",
        "singles": [],
    }


@pytest.mark.django_db
def test_what_others_hold_is_not_free(anyone: APIClient, as_: As, alice: User, show: Show) -> None:
    hold(as_(alice), show, "G5")
    assert "G5" not in [seat["label"] for seat in ask(anyone, show, seats=4)["seats"]]
    Seat.objects.update(status="booked", held_by=None, held_since=None, held_until=None)
    assert ask(anyone, show, seats=1) | {"show": 0, "currency": ""} == {
        "show": 0,
        "seats": [],
        "total": "0.00",
        "currency": "",
        "singles": [],
    }


@pytest.mark.django_db
def test_it_takes_a_category_and_a_wheelchair_place(
    anyone: APIClient, make_show: Callable[..., Show], screen: Screen
) -> None:
    screen.layout = ["ssss", "ppww", "ssss"]
    show = make_show(rows=3, columns=4)
    found = [seat["label"] for seat in ask(anyone, show, category="premium")["seats"]]
    assert found == ["B1", "B2"]
    found = [seat["label"] for seat in ask(anyone, show, seats=2, accessible="true")["seats"]]
    assert found == ["B2", "B3"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("seats=0", "seats"),
        ("seats=11", "seats"),
        ("seats=x", "seats"),
        ("seats=-1", "seats"),
        ("category=sofa", "category"),
        ("accessible=yes", "accessible"),
    ],
)
def test_what_makes_no_sense_is_refused(
    query: str, field: str, anyone: APIClient, show: Show
) -> None:
    said = problem(anyone.get(f"/api/v1/shows/{show.pk}/best/?{query}"), 400, "validation_failed")
    assert [each["field"] for each in said["errors"]] == [field]


@pytest.mark.django_db
def test_a_show_that_is_not_there_has_none(anyone: APIClient) -> None:
    problem(anyone.get("/api/v1/shows/999999/best/"), 404, "not_found")
