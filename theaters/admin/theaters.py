"""The admin's pages of theaters and of their screens, whose layout is typed as it looks."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from core.office.additions import Kept
from core.office.fields import Lines, Text
from core.office.filters import OwnRows
from core.office.pages import Pages, ServiceForm, count_of, everything, list_of
from theaters import services
from theaters.accent import is_accent
from theaters.currencies import CURRENCIES
from theaters.layout import CATEGORIES, MOST_COLUMNS, MOST_ROWS, check_layout, grid, places
from theaters.models import (
    MOST_TURNAROUND_MINUTES,
    Screen,
    Theater,
    is_phone,
    is_web_address,
)
from theaters.policy import Action, may, may_own
from users.emails import normalize_email
from users.models import User

LAYOUT_HELP = (
    "From the front, a line per row, a letter per place: s standard, p premium, r recliner, "
    "w wheelchair, x not for sale, _ gap. A change affects only shows that are made later."
)


class ScreenTheaterFilter(OwnRows):
    """Screens of one theater."""

    rows = Theater


def _kept(shows: int, where: str, **query: int) -> Kept | None:
    """Describes the shows for which a theater or a screen is kept, if there are any."""
    if not shows:
        return None
    there_are = "There is 1 show" if shows == 1 else f"There are {shows} shows"
    sentence = f"{there_are} {where}, past ones included. {services.KEPT}"
    return Kept(sentence, "See these shows", list_of("shows_show", when="all", **query))


class TheaterForm(ServiceForm):
    """A theater; only those who may hand it over are asked for its owner."""

    timezone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(name, name) for name in sorted(services.timezones())],
        initial="UTC",
        help_text="Of the times of its shows. Fixed once there are shows.",
    )
    currency = forms.ChoiceField(
        choices=[(code, code) for code in sorted(CURRENCIES)],
        initial="USD",
        help_text="Of its prices. Fixed once there are shows.",
    )
    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, max_digits=8, decimal_places=6
    )
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6
    )
    phone = Text(max_length=40, required=False, validators=[is_phone])
    website = Text(max_length=500, required=False, validators=[is_web_address])
    accent = Text(
        label="Accent color",
        max_length=7,
        required=False,
        validators=[is_accent],
        help_text="For its customers' pages, as #8a1538. White text must be readable on it.",
    )

    def clean_email(self) -> str:
        return normalize_email(self.cleaned_data["email"])

    def perform(self) -> Theater:
        if self.instance.pk:
            return services.change_theater(
                theater_id=self.instance.pk, changes=self.changes, expected=self.expected
            )
        return services.open_theater(**{"owner": self.user, **self.fields_of_row})


@admin.register(Theater)
class TheaterPages(Pages):
    """A new theater gets a screen of 10 × 10 seats."""

    takes = everything(Action.RUN) | {"add": Action.OPEN, "delete": Action.OWN}
    zone_path = "timezone"
    form = TheaterForm
    list_display = ("name", "city", "owner", "screen_count", "timezone", "currency")
    list_filter = ("city", "currency")
    list_select_related = ("owner",)
    search_fields = ("name", "city", "address")

    def get_fieldsets(self, request: HttpRequest, obj: Theater | None = None) -> Any:
        who = ("name", "owner") if may(request.user, Action.HAND_OVER, obj) else ("name",)
        where = ("address", "city", "latitude", "longitude")
        return (
            (None, {"fields": who}),
            ("Where", {"fields": where}),
            ("Contact", {"fields": ("phone", "email", "website")}),
            ("Look", {"fields": ("accent",)}),
            ("Shows", {"fields": ("timezone", "currency")}),
        )

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self.list_filter if may(request.user, Action.ADMINISTER) else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        theaters: QuerySet[Any] = super().get_queryset(request)
        return theaters.annotate(screen_count=count_of(Screen.objects.all(), "theater"))  # type: ignore[no-any-return]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offers only accounts that can own a theater."""
        kwargs["queryset"] = User.objects.filter(may_own())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="screens")
    def screen_count(self, theater: Any) -> int:
        return theater.screen_count  # type: ignore[no-any-return]

    def kept_by(self, row: Theater) -> Kept | None:
        shows = row.screens.aggregate(count=Count("shows"))["count"]
        return _kept(shows, "in this theater", theater=row.pk)

    def delete_model(self, request: HttpRequest, obj: Theater) -> None:
        services.delete_theater(theater_id=obj.pk, expected=self.expected(request))


class ScreenForm(ServiceForm):
    """A screen, with its layout as letters."""

    layout = Lines(
        most=MOST_ROWS,
        longest=MOST_COLUMNS,
        initial=grid(10, 10),
        help_text=LAYOUT_HELP,
        widget=forms.Textarea(attrs={"rows": 14, "class": "layout", "spellcheck": "false"}),
    )
    turnaround_minutes = forms.IntegerField(
        label="Turnaround",
        initial=15,
        min_value=0,
        max_value=MOST_TURNAROUND_MINUTES,
        help_text="How long the screen stays occupied after a show, in minutes.",
    )

    def perform(self) -> Screen:
        check_layout(self.cleaned_data["layout"])
        if self.instance.pk:
            return services.change_screen(
                screen=self.instance, changes=self.changes, expected=self.expected
            )
        fields = self.fields_of_row
        theater: Theater = fields.pop("theater")
        return services.add_screen(theater_id=theater.pk, **fields)


@admin.register(Screen)
class ScreenPages(Pages):
    """A screen cannot move to another theater."""

    takes = everything(Action.RUN)
    zone_path = "theater__timezone"
    form = ScreenForm
    list_display = ("name", "theater", "seats", "size", "turnaround")
    list_display_links = ("name",)
    list_filter = (ScreenTheaterFilter,)
    list_select_related = ("theater",)
    search_fields = ("name", "theater__name", "theater__city")
    fields = ("theater", "name", "layout", "turnaround_minutes")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("theater",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Accepts only theaters that the user runs, whatever is sent."""
        kwargs["queryset"] = Theater.objects.where_may(request.user, Action.RUN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="seats")
    def seats(self, screen: Screen) -> str:
        counts = [
            f"{sum(p.category == c for p in places(screen.layout))} {c}"
            for c in CATEGORIES.values()
        ]
        return ", ".join(count for count in counts if not count.startswith("0 "))

    @admin.display(description="rows × columns")
    def size(self, screen: Screen) -> str:
        return f"{screen.rows} × {screen.columns}"

    @admin.display(description="turnaround", ordering="turnaround_minutes")
    def turnaround(self, screen: Screen) -> str:
        return f"{screen.turnaround_minutes} min"

    def kept_by(self, row: Screen) -> Kept | None:
        return _kept(row.shows.count(), "on this screen", screen__id__exact=row.pk)

    def delete_model(self, request: HttpRequest, obj: Screen) -> None:
        services.delete_screen(screen=obj, expected=self.expected(request))
