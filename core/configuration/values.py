"""What single settings may be. Each function raises ValueError; its text is the rest of a sentence
that begins with the variable's name."""

import os
import re
from collections.abc import Collection
from pathlib import Path

FLAGS = {"true": True, "yes": True, "on": True, "1": True}
FLAGS |= {"false": False, "no": False, "off": False, "0": False}


def split_entries(value: str) -> list[str]:
    """Return the entries between commas; empty ones do not count."""
    found = [entry.strip() for entry in value.split(",") if entry.strip()]
    if not found:
        raise ValueError("has commas and nothing else")
    return found


def parse_flag(value: str) -> bool:
    """Return the boolean that `true`, `false` or another word for them means."""
    if (word := value.lower()) not in FLAGS:
        raise ValueError(f"must be true or false, not {value}")
    return FLAGS[word]


def parse_one_of(value: str, known: Collection[str]) -> str:
    """Return one of the known words."""
    if value not in known:
        raise ValueError(f"must be one of: {', '.join(known)}")
    return value


def parse_number(value: str, least: int, most: int) -> int:
    """Return a whole number between these."""
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise ValueError(f"must be a whole number from {least} to {most}, not {value}")
    return int(value)


def parse_seconds(value: str) -> float:
    """Return a number of seconds, parts of one included."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", value):
        raise ValueError(f"must be a number of seconds, not {value}")
    return float(value)


def parse_share(value: str) -> float:
    """Return a share of a whole, from 0 to 1."""
    if not re.fullmatch(r"0?\.[0-9]+|1(\.0+)?", value):
        raise ValueError(f"must be a share of up to 1, as 0.2, not {value}")
    return float(value)


def parse_file(value: str) -> str:
    """Return the path of a file that can be read."""
    if not os.access(value, os.R_OK) or not Path(value).is_file():
        raise ValueError("must be the path of a file that this program can read")
    return value


def parse_secret(value: str) -> str:
    """Return a key for HS256, which must have 32 bytes (RFC 7518 section 3.2)."""
    if len(value) < 40 or len(set(value)) < 10 or value.startswith("django-insecure"):
        raise ValueError("can be guessed; make one with `openssl rand -base64 48`.")
    return value
