"""Everything that will be installed is pinned, whatever is published tomorrow."""

from collections.abc import Iterator
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.server import BASE_DIR


def pinned(text: str) -> dict[str, Requirement]:
    """What a compiled file pins on this machine, by name."""
    lines = (line.split(" \\")[0] for line in text.splitlines() if line[:1].isalnum())
    found = [Requirement(line) for line in lines]
    return {
        canonicalize_name(each.name): each
        for each in found
        if each.marker is None or each.marker.evaluate()
    }


def unpinned(pins: dict[str, Requirement]) -> Iterator[str]:
    """What a pinned package asks for and no pin gives. pip would look for it among what is new."""
    for name, pin in pins.items():
        for line in requires(name) or ():
            asked = Requirement(line)
            extras = {"", *pin.extras}
            if asked.marker and not any(asked.marker.evaluate({"extra": e}) for e in extras):
                continue
            given = pins.get(canonicalize_name(asked.name))
            if given is None or not asked.extras <= given.extras:
                yield f"{name} asks for {line}, pinned is {given}"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_of_what_is_pinned_is_pinned_with_its_extras(name: str) -> None:
    pins = pinned((BASE_DIR / name).read_text())
    assert len(pins) > 20
    assert list(unpinned(pins)) == []


def test_a_pin_without_its_extra_is_found() -> None:
    text = (BASE_DIR / "requirements-dev.txt").read_text()
    assert list(unpinned(pinned(text.replace("coverage[toml]==", "coverage=="))))
