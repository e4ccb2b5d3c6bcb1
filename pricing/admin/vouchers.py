"""The admin's pages of vouchers."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from core.office.additions import Kept
from core.office.fields import Text, WallClock
from core.office.filters import OwnRows
from core.office.pages import Pages, everything, list_of
from core.postgres.clock import StatementTime, local_time
from pricing.admin.forms import PricingForm, told
from pricing.models import MOST_MOVIES, PriceKind, Voucher
from pricing.services import PERIOD, add_voucher, change_voucher, delete_voucher
from pricing.vouchers import code_of
from theaters.models import Theater
from theaters.policy import Action

KINDS = [(PriceKind.SHARE, "percent of the prices"), (PriceKind.AMOUNT, "an amount of their sum")]
LOCAL = "In the theater's local time. If left empty, without end."


class VoucherTheaterFilter(OwnRows):
    """Vouchers of one theater."""

    rows = Theater


class EndFilter(admin.SimpleListFilter):
    """Vouchers that have ended, or not."""

    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Valid now or later"), ("past", "Ended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        has_ended = Q(valid_until__isnull=False, valid_until__lte=StatementTime())
        if self.value() == "past":
            return queryset.filter(has_ended)
        return queryset.exclude(has_ended) if self.value() == "now" else queryset


class VoucherForm(PricingForm):
    """A voucher, in the time zone and currency of its theater."""

    code = Text(
        max_length=60, help_text="3 to 30 letters from A to Z, digits and hyphens; case is ignored."
    )
    kind = forms.ChoiceField(label="Takes off", choices=KINDS, initial=PriceKind.SHARE)
    valid_from = WallClock(required=False, help_text="In the theater's local time.")
    valid_until = WallClock(required=False, help_text=LOCAL)
    uses_at_most = forms.IntegerField(
        label="Bookings at most", required=False, min_value=1, max_value=1_000_000
    )
    uses_per_customer = forms.IntegerField(
        label="Of one customer", required=False, min_value=1, max_value=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            zone = ZoneInfo(self.instance.theater.timezone)
            for name in PERIOD:
                self.initial[name] = _wall_clock(getattr(self.instance, name), zone)

    def clean_code(self) -> str:
        code = code_of(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError("Write 3 to 30 letters from A to Z, digits and hyphens.")
        return code

    def clean_movies(self) -> Any:
        movies = self.cleaned_data["movies"]
        if len(movies) > MOST_MOVIES:
            raise forms.ValidationError(f"Choose at most {MOST_MOVIES} movies.")
        return movies

    def perform(self) -> Voucher:
        if self.instance.pk:
            return change_voucher(
                voucher=self.instance, changes=self.priced_changes, expected=self.expected
            )
        fields = self.fields_of_row
        theater: Theater = fields.pop("theater")
        return add_voucher(theater_id=theater.pk, **fields)


def _wall_clock(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    local = moment and moment.astimezone(zone)
    return local and local.replace(second=0, microsecond=0, tzinfo=None)


@admin.register(Voucher)
class VoucherPages(Pages):
    """A voucher cannot move to another theater, and one that was used is kept."""

    takes = everything(Action.RUN)
    zone_path = "theater__timezone"
    form = VoucherForm
    list_display = ("code", "theater", "takes_off", "until", "used")
    list_filter = (EndFilter, "kind", VoucherTheaterFilter)
    search_fields = ("code", "theater__name", "theater__city")
    autocomplete_fields = ("movies",)
    fieldsets = (
        (None, {"fields": ("theater", "code")}),
        ("What it takes off", {"fields": ("kind", "value")}),
        ("When", {"fields": ("valid_from", "valid_until")}),
        ("For", {"fields": ("movies",), "description": "If left empty, for all movies."}),
        ("How often", {"fields": ("uses_at_most", "uses_per_customer")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("theater",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        vouchers: Any = super().get_queryset(request)
        return vouchers.shown()  # type: ignore[no-any-return]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Accepts only theaters that the user runs, whatever is sent."""
        kwargs["queryset"] = Theater.objects.where_may(request.user, Action.RUN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="takes off", ordering="value")
    def takes_off(self, row: Voucher) -> str:
        return told(row)

    @admin.display(description="until", ordering="valid_until")
    def until(self, row: Voucher) -> str:
        return local_time(row.valid_until, row.theater.timezone) if row.valid_until else "any time"

    @admin.display(description="bookings")
    def used(self, row: Any) -> str:
        return f"{row.uses} of {row.uses_at_most}" if row.uses_at_most else str(row.uses)

    def kept_by(self, row: Any) -> Kept | None:
        if not (count := row.bookings.count()):
            return None
        bookings = "There is 1 booking" if count == 1 else f"There are {count} bookings"
        sentence = f"{bookings} with this voucher, cancelled ones included. Let it end instead."
        listed = list_of("bookings_booking", when="all", voucher__id__exact=row.pk)
        return Kept(sentence, "See these bookings", listed)

    def delete_model(self, request: HttpRequest, obj: Voucher) -> None:
        delete_voucher(voucher=obj, expected=self.expected(request))
