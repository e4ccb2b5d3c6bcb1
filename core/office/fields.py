"""Form fields of the admin that take what the API takes, in a form that people can type."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from core.http.fields import Money
from core.text import InvisibleCharacters, readable

ENDS = 10  # of a line: its break, and blanks that do not count
LINE = re.compile(r"[\r\n]")
COMMA_OR_LINE = re.compile("[\r\n,\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}\N{ARABIC COMMA}]")


class Amount(forms.CharField):
    """An amount of at most 999999.99, typed as 250, 250.00 or 250,00; None where it is left out.

    A mark for thousands is refused: 1,234 is a thousand to some and less than two to others.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 10})

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Decimal):
            return value
        text = str(super().to_python(value)).replace(",", ".")
        if not text:
            return None
        if not Money.pattern.fullmatch(text):
            raise forms.ValidationError(
                "Write an amount such as 250, 250.00 or 250,00, up to 999999.99 and without a mark "
                "for thousands."
            )
        return Decimal(text).quantize(Decimal("0.01"))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except forms.ValidationError:
            return True


class Text(forms.CharField):
    """A text for people, as `core.http.fields.StrictText` takes it: its length is judged first."""

    of_lines = False

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.longest = max_length

    def to_python(self, value: Any) -> Any:
        if len(value or "") > self.longest:
            return value  # which the validator refuses
        return clean_text(super().to_python(value) or "", of_lines=self.of_lines)


class TextOfLines(Text):
    """The same, of several lines."""

    widget = forms.Textarea
    of_lines = True


def clean_text(text: str, *, of_lines: bool = False) -> str:
    """Return the text as `core.text.readable` does, for a form. Raises ValidationError."""
    try:
        return readable(text, of_lines=of_lines)
    except InvisibleCharacters as failure:
        raise forms.ValidationError(failure.detail, code=failure.code) from None


class Version(forms.CharField):
    """The version of the row that a page shows, sent back with what was typed on it."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=64, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return False: the version is no change to record."""
        return False


class Lines(forms.CharField):
    """A list of texts, each on a line of its own, or after a comma where they have none inside;
    what is empty does not count."""

    widget = forms.Textarea

    def __init__(self, *, most: int, longest: int, commas: bool = False, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.most, self.longest = most, longest
        self.separator = COMMA_OR_LINE if commas else LINE

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if len(value or "") > self.most * (self.longest + ENDS):
            raise forms.ValidationError(
                f"Write at most {self.most} lines of {self.longest} characters."
            )
        parts = self.separator.split(str(super().to_python(value)))
        lines = [clean_text(part) for part in parts if part.strip()]
        if len(lines) > self.most:
            raise forms.ValidationError(f"Write at most {self.most} lines.")
        if any(len(line) > self.longest for line in lines):
            raise forms.ValidationError(f"A line has at most {self.longest} characters.")
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != list(initial or []))
        except forms.ValidationError:
            return True


class WallClock(forms.DateTimeField):
    """What the clock on the theater's wall shows: a date and a time without a zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime) or not value:
            return value or None
        try:
            moment = parse_datetime(str(value))
        except ValueError:
            moment = None
        if moment is None:
            raise forms.ValidationError("Write a date and a time, such as 2026-12-31T20:15.")
        return moment
