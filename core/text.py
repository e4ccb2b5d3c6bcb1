"""What a text for people may hold: characters that show, in one spelling, on one line."""

import re
import unicodedata

from core.failures import InvalidInput

# Control characters but tab and line ends; all that Unicode calls default-ignorable (UAX #44), like
# marks of writing direction (UAX #9) and tags; annotations. Not variation selectors, for they shape
# what is seen, and joiners (U+200C, U+200D) only where they join nothing.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    r"|(?<![^\s\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?![^\s\u200c\u200d])"
)
BLANK_PATTERN = "\N{BRAILLE PATTERN BLANK}"


class InvisibleCharacters(InvalidInput):
    """A text holds characters that nobody sees, such as control characters, marks that turn the
    direction of writing, or blanks without width; or it holds nothing that can be seen."""

    code = "invisible_characters"
    title = "The text holds characters that nobody sees"
    remedy = "Type it anew instead of pasting it. Any script, emojis included, is welcome."
    example = {"field": "name"}


def readable(text: str, *, of_lines: bool = False) -> str:
    """Return the text as Unicode NFC; unless `of_lines`, runs of white space become one blank.

    Judge its length first: normalizing takes the square of it. Raises InvisibleCharacters for what
    could make it look like another text, or like none.
    """
    if unseen := UNSEEN.search(text):
        raise InvisibleCharacters(
            f"Leave out the character U+{ord(unseen[0]):04X} at place {unseen.start() + 1}: "
            "nobody sees it."
        )
    normal = unicodedata.normalize("NFC", text if of_lines else " ".join(text.split()))
    if text and not any(map(_is_seen, normal)):
        raise InvisibleCharacters("Write something that can be seen.")
    return normal


def _is_seen(character: str) -> bool:
    """Return whether it is a letter, digit, sign or symbol; a mark alone shows nothing."""
    return unicodedata.category(character)[0] in "LNPS" and character != BLANK_PATTERN


def harmless(text: str) -> str:
    """Return the text as no spreadsheet takes it for a formula; amounts are none."""
    is_formula = text[:1] in ("=", "+", "@", "\t", "\r") or (
        text[:1] == "-" and not text[1:2].isdigit()
    )
    return f"'{text}" if is_formula else text
