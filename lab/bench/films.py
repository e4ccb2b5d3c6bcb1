"""Films as in a large catalogue, and what people type to find them.

A few words are frequent, most occur once or twice; the same number gives the same films.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import NamedTuple

COMMON = (  # noqa: SIM905
    "love night man house girl day life king dead last dark summer city heart blood war sea time "
    "world story dream black white red river secret lost return american moon paris woman star "
    "island death dance road winter garden golden angel fire wild stranger children school"
).split()
FIRST_NAMES = (  # noqa: SIM905
    "Anna John Maria Michael Sophie David Emma Peter Julia Robert Ingrid James Lena Thomas Clara "
    "Daniel Marta William Irène Antonio Zoë Jürgen Akira Nora Pedro Laura Henry Ida Omar Ellen"
).split()
SYLLABLES = [first + last for first in "bdfghklmnprstvw" for last in ("a", "e", "ie", "o", "u")]
ENDINGS = ("", "n", "r", "s", "th", "lt", "nd", "ck")
RARE_WORDS = 12_000


class Film(NamedTuple):
    """A film, as far as it can be searched for."""

    title: str
    cast: list[str]


class Words:
    """Random words, the first of which come far more often than the last, as in any language."""

    def __init__(self, words: list[str], random: Random) -> None:
        self.words, self.random = words, random
        self.weights = list(accumulate(1 / (10 + place) for place in range(len(words))))

    def next(self) -> str:
        (word,) = self.random.choices(self.words, cum_weights=self.weights)
        return word


def films(count: int) -> Iterator[Film]:
    """Yield this many different films."""
    random = Random(count)
    rare = [
        "".join(random.choices(SYLLABLES, k=random.randint(2, 3))) + random.choice(ENDINGS)
        for _ in range(RARE_WORDS)
    ]
    words = Words([*COMMON, *rare], random)
    first_names = Words([*FIRST_NAMES, *rare[:1000]], random)
    for _ in range(count):
        article = "The " if random.random() < 0.35 else ""
        title = " ".join(words.next().capitalize() for _ in range(random.randint(1, 4)))
        names = [f"{first_names.next()} {random.choice(rare)}".title() for _ in range(6)]
        yield Film(article + title, names)


def searches(count: int) -> Iterator[str]:
    """Yield searches: titles and people, whole and in part, two of five with a typo, sometimes a
    word that hundreds of films have."""
    every = count // 200
    for number, film in enumerate(list(films(count))[::every]):
        longest = max(film.title.split(), key=len)
        kinds = (
            longest,
            mistyped(longest),
            film.title,
            film.cast[0],
            f"{longest} {mistyped(film.cast[1].split()[1])}",
        )
        yield COMMON[number % len(COMMON)] if number % 20 == 19 else kinds[number % 5]


def mistyped(word: str) -> str:
    """Swap two letters in the middle."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
