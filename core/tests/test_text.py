"""Texts for people hold only what can be seen, in one spelling."""

import unicodedata

import pytest

from core.text import InvisibleCharacters, readable

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WELCOME = [
    "Zoë O'Connor-Smith 3.",
    "Ñandú",
    "李小龍",
    "葛\U000e0100城",
    "محمد",
    "שלום",
    "می\u200cخواهم",
    "क्\u200dष",
    "ශ්\u200dරී",
    f"The {FAMILY}s",
    "❤\ufe0f\u200d\U0001f525",
    "\U0001f1e9\U0001f1ea",
    "3\ufe0f\u20e3",
    "…",
]


@pytest.mark.parametrize("text", WELCOME)
def test_any_script_and_emoji_is_kept(text: str) -> None:
    assert readable(text) == text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "unseen",
    list(
        "\x00\x07\x1b\x1c\x7f\x85\x9f\xad\u034f\u061c\u115f\u180e\u200b\u200e\u200f"
        "\u202a\u202e\u2060\u2066\u2069\u3164\ufeff\uffa0\ufff9\U000e0041"
    ),
)
@pytest.mark.parametrize("of_lines", [False, True])
def test_what_nobody_sees_is_refused_by_name_and_place(unseen: str, of_lines: bool) -> None:
    with pytest.raises(InvisibleCharacters, match=rf"U\+{ord(unseen):04X} at place 3"):
        readable(f"Al{unseen}ice", of_lines=of_lines)


@pytest.mark.parametrize(
    "text", ["\u200dAl", "Al\u200c", "Al \u200d ice", "A\u200d\u200dl", "\u200d"]
)
def test_a_joiner_joins_two_characters(text: str) -> None:
    with pytest.raises(InvisibleCharacters):
        readable(text)


@pytest.mark.parametrize("text", ["\u2800", "\u0301", "\ufe0f", "\u2800 \u2800", " \u0301\u0301"])
def test_a_text_shows_something(text: str) -> None:
    with pytest.raises(InvisibleCharacters, match="can be seen"):
        readable(text)


def test_white_space_is_one_blank_and_accents_have_one_spelling() -> None:
    assert readable(" Zoe\u0308\r\n\tand\u3000\xa0Bob\u2028") == "Zo\xeb and Bob"
    assert readable("Zoe\u0308\n\tand  Bob", of_lines=True) == "Zo\xeb\n\tand  Bob"
    assert readable("") == ""
