"""Form fields of the admin that take what the API takes, in a form that people can type."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from core.fields import Money


class Amount(forms.CharField):
    """An amount of at most 999999.99, typed as 250 or 250.00; None where it is left out."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 10})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text or isinstance(value, Decimal):
            return value or None
        if not Money.pattern.fullmatch(text):
            raise forms.ValidationError("Write an amount such as 250.00, up to 999999.99.")
        return Decimal(text).quantize(Decimal("0.01"))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (Decimal(initial) if initial else None))
        except forms.ValidationError:
            return True


class Lines(forms.CharField):
    """A list of texts, each on a line of its own; empty lines do not count."""

    widget = forms.Textarea

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.most, self.longest = most, longest

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [
            line.strip() for line in str(super().to_python(value)).splitlines() if line.strip()
        ]
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
