"""Which languages there are, that none lacks a word, and how they write dates and numbers."""

from datetime import datetime
from string import Formatter

import pytest

from core.languages.words import LANGUAGES, USUAL, WORDS, Words, preferred_language

OTHERS = sorted(LANGUAGES.keys() - {USUAL})
MOMENT = datetime(2030, 3, 5, 9, 5)  # noqa: DTZ001 - local


def blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_each_word_with_the_same_blanks(language: str) -> None:
    assert WORDS[language].keys() == WORDS[USUAL].keys()
    for name, words in WORDS[language].items():
        assert blanks(words) == blanks(WORDS[USUAL][name]), name


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr, de;q=0.5, en;q=0.7", "en"),
        ("DE-ch", "de"),
        ("fr", ""),
        ("*", ""),
        ("", ""),
        ("de;q=0", ""),
        (";;;q=, x" * 500, ""),
    ],
)
def test_the_client_says_which_it_prefers(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


@pytest.mark.parametrize(
    ("language", "date", "short", "time", "number"),
    [
        ("en", "Tuesday, 5 March 2030", "Tue 5 Mar", "09:05", "12.50"),
        ("de", "Dienstag, 5. März 2030", "Di., 5. März", "09:05 Uhr", "12,50"),
    ],
)
def test_it_writes_dates_times_and_numbers(
    language: str, date: str, short: str, time: str, number: str
) -> None:
    words = Words(language)
    assert (words.date(MOMENT), words.short_date(MOMENT)) == (date, short)
    assert words.time(MOMENT).replace("\N{NO-BREAK SPACE}", " ") == time
    assert words.number("12.50") == number


@pytest.mark.parametrize("language", ["", "fr", "en-GB"])
def test_what_is_no_language_of_ours_is_english(language: str) -> None:
    assert Words(language).language == "en"
