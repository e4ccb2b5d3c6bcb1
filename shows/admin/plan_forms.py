"""The forms with which a week is planned or copied, and many shows get new prices."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect

from core.office.fields import Amount, Text
from movies.models import Movie
from shows.models import Show
from shows.planning import Wish
from shows.scheduling import Pricing
from shows.week import days_of_week, filling, moments
from theaters.layout import CATEGORIES
from theaters.models import Screen, Theater

LINES = 8
MOST_TIMES = 40
WEEKDAYS = list(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")))
TIME = re.compile(r"([0-2]?[0-9])[:.h]([0-5][0-9])")
LAST_HOUR = 29  # five in the morning, of the evening before
CATEGORY_NAMES = tuple(CATEGORIES.values())


class Times(forms.CharField):
    """Times of day such as `14:00 17:15 20:30`, as minutes after midnight; 24:30 is half past
    midnight, at the end of that day."""

    def to_python(self, value: Any) -> Any:
        found = []
        for part in re.split(r"[\s,;]+", str(value or "").strip())[: MOST_TIMES + 1]:
            match = TIME.fullmatch(part)
            if part and (match is None or int(match[1]) > LAST_HOUR):
                raise forms.ValidationError("Write times such as 14:00 17:15 20:30.")
            if match:
                found.append(int(match[1]) * 60 + int(match[2]))
        if len(found) > MOST_TIMES:
            raise forms.ValidationError(f"Write at most {MOST_TIMES} times.")
        return sorted(set(found))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Returns whether anything is written: an empty field is no change."""
        return bool(str(data or "").strip())


class Prices(forms.Form):
    """A price, and those of categories that have another one."""

    price = Amount(label="Price")
    price_standard = Amount(required=False, label="Standard")
    price_premium = Amount(required=False, label="Premium")
    price_recliner = Amount(required=False, label="Recliner")
    price_wheelchair = Amount(required=False, label="Wheelchair")

    @property
    def pricing(self) -> Pricing:
        data = self.cleaned_data
        given = {name: data.get(f"price_{name}") for name in CATEGORY_NAMES}
        return Pricing(data["price"], {k: v for k, v in given.items() if v is not None})

    @property
    def by_category(self) -> list[Any]:
        return [self[f"price_{name}"] for name in CATEGORY_NAMES]


class RepriceForm(Prices):
    """New prices for the chosen shows."""

    only_unsold = forms.BooleanField(
        required=False, label="Only shows of which nobody has booked a seat"
    )


class Line(Prices):
    """A film on some screens, at these times or filling the day."""

    movie = forms.ModelChoiceField(Movie.objects.all(), label="Film")
    screens = forms.ModelMultipleChoiceField(
        Screen.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    times = Times(
        required=False, widget=forms.TextInput(attrs={"placeholder": "14:00 17:15 20:30"})
    )
    opens = forms.TimeField(
        required=False, label="Fill from", widget=forms.TimeInput(attrs={"type": "time"})
    )
    closes = forms.TimeField(
        required=False, label="until", widget=forms.TimeInput(attrs={"type": "time"})
    )
    language = Text(max_length=40, required=False, label="Language")
    format = Text(max_length=20, required=False, label="Format")

    def __init__(self, screens: Sequence[Screen], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["screens"]
        field.queryset = Screen.objects.filter(pk__in=[each.pk for each in screens])
        field.choices = [(each.pk, each.name) for each in screens]
        movie: Any = Show._meta.get_field("movie")
        self.fields["movie"].widget = AutocompleteSelect(
            movie, admin.site, attrs={"data-placeholder": "Choose a film"}
        )
        choices: Any = self.fields["movie"]
        choices.widget.choices = choices.choices
        for each in self.by_category:
            each.field.widget.attrs["placeholder"] = "as above"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        fills = bool(data.get("opens")) and bool(data.get("closes"))
        if "times" in data and not data["times"] and not fills:
            self.add_error("times", "Write times, or from when until when to fill the day.")
        return data

    def wishes(self, days: Sequence[date]) -> list[Wish]:
        data, found = self.cleaned_data, []
        details = (data["language"], data["format"] or "2D")
        for screen in data["screens"]:
            starts = set(data["times"])
            if data["opens"] and data["closes"]:
                day = filling(data["opens"], data["closes"])
                length = data["movie"].duration_minutes
                starts |= set(day.starts(duration=length, turnaround=screen.turnaround_minutes))
            found += [
                Wish(data["movie"].pk, screen.pk, moment, self.pricing, *details)
                for moment in moments(days, sorted(starts))
            ]
        return found


class Days(forms.Form):
    """Which days of the week from a day on."""

    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    weekdays = forms.TypedMultipleChoiceField(
        coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, label="Days"
    )

    @property
    def days(self) -> list[date]:
        return days_of_week(self.cleaned_data["first"], self.cleaned_data["weekdays"])


class CopyForm(forms.Form):
    """A day or a week to copy, and where to."""

    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    span = forms.TypedChoiceField(
        coerce=int, choices=[(1, "A day"), (7, "A week")], label="How much"
    )
    to = forms.DateField(
        label="To", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The first day of the copy.",
    )  # fmt: skip


def theaters_of(user: Any, action: Any) -> list[Theater]:
    """Returns the theaters in which the user may do it, with their screens, in two queries."""
    return list(Theater.objects.where_may(user, action).prefetch_related("screens"))
