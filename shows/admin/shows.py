"""The admin's pages of shows, which draw their seats."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.safestring import SafeString

from core.failures import Failure
from core.office.filters import OwnRows, PastNewestFirst, When
from core.office.pages import Pages, Step, badge, count_of, everything
from core.postgres.clock import local_time
from shows.admin.forms import PRICES, ShowForm
from shows.admin.repricing import reprice
from shows.admin.seat_plan import seat_plan
from shows.holding import release_hold
from shows.models import Seat, Show
from shows.scheduling import delete_show
from shows.seats import IS_FREE
from theaters.currencies import amount
from theaters.layout import CATEGORIES
from theaters.models import Screen, Theater
from theaters.policy import Action, may
from users.sessions import TokenNotValid


class ShowTheaterFilter(OwnRows):
    """Shows of one theater."""

    rows = Theater
    path = "screen__theater"


@admin.register(Show)
class ShowPages(PastNewestFirst, Pages):
    """Scheduling makes the seats; a show that was booked is cancelled instead of deleted."""

    takes = everything(Action.SCHEDULE)
    form = ShowForm
    change_list_template = "shows/list.html"
    actions = ("change_prices",)  # type: ignore[assignment]
    change_form_template = "shows/show.html"
    list_display = ("movie", "starts", "place", "free", "cost", "kind", "state")
    list_filter = (When, "status", ShowTheaterFilter)
    list_select_related = ("movie", "screen__theater")
    search_fields = ("movie__title", "screen__theater__name", "screen__theater__city")
    date_hierarchy = "local_date"
    newest_first = ("-starts_at", "-id")
    linked_by = ("movie__id__exact", "screen__id__exact")
    zone_path = "screen__theater__timezone"
    autocomplete_fields = ("movie", "screen")
    add_fieldsets = (
        (None, {"fields": ("movie", "screen", "starts_at")}),
        ("Version", {"fields": ("language", "format")}),
        ("Price", {"fields": ("price",)}),
        (
            "Prices by category",
            {"fields": (PRICES,), "description": "If left empty, the price above applies."},
        ),
    )
    facts = ("place", "until", "state", "why")

    def get_fieldsets(self, request: HttpRequest, obj: Show | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        if obj.cancelled_at:
            fields = ("movie", "starts", *self.facts, "kind", "costs")
            return ((None, {"fields": fields}),)
        first = (None, {"fields": ("movie", "starts_at", *self.facts[:3])})
        return (first, *self.add_fieldsets[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.facts if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Show | None = None) -> bool:
        """Returns False for cancelled shows, too."""
        is_over = obj is not None and obj.cancelled_at is not None
        return super().has_change_permission(request, obj) and not is_over

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        shows: QuerySet[Any] = super().get_queryset(request)
        shows = shows.select_related("movie", "screen__theater")
        return shows.annotate(  # type: ignore[no-any-return]
            seats_total=count_of(Seat.objects.all(), "show"),
            seats_free=count_of(Seat.objects.filter(IS_FREE), "show"),
        )

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Accepts only screens that the user schedules on, whatever is sent."""
        if db_field.name == "screen":
            screens = Screen.objects.where_may(request.user, Action.SCHEDULE)
            kwargs["queryset"] = screens.select_related("theater")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.action(description="Change prices")
    def change_prices(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Asks for the new prices of the chosen shows."""
        return reprice(self, request, rows)

    @admin.display(description="starts", ordering="starts_at")
    def starts(self, show: Show) -> str:
        return local_time(show.starts_at, show.screen.theater.timezone)

    @admin.display(description="ends")
    def until(self, show: Show) -> str:
        zone = show.screen.theater.timezone
        free = local_time(show.free_at, zone)
        return f"{local_time(show.ends_at, zone)}; the screen is taken until {free}"

    @admin.display(description="screen", ordering=F("screen__theater__name").asc())
    def place(self, show: Show) -> str:
        return str(show.screen)

    @admin.display(description="free seats")
    def free(self, show: Any) -> str:
        return f"{show.seats_free} of {show.seats_total}"

    @admin.display(description="price", ordering="price")
    def cost(self, show: Show) -> str:
        return amount(show.price, show.screen.theater.currency)

    @admin.display(description="prices")
    def costs(self, show: Show) -> str:
        """Returns the price of each category."""
        prices = {name: Decimal(show.prices.get(name, show.price)) for name in CATEGORIES.values()}
        currency = show.screen.theater.currency
        return ", ".join(f"{name} {amount(price, currency)}" for name, price in prices.items())

    @admin.display(description="version")
    def kind(self, show: Show) -> str:
        return " · ".join(part for part in (show.language, show.format) if part)

    @admin.display(description="status", ordering="status")
    def state(self, show: Show) -> SafeString:
        return badge(show.status)

    @admin.display(description="reason")
    def why(self, show: Show) -> str:
        return show.cancel_reason

    def delete_model(self, request: HttpRequest, obj: Show) -> None:
        delete_show(show=obj, expected=self.expected(request))

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_release"
        view = self.admin_site.admin_view(self.release)
        return [path("<int:pk>/release/<int:user_id>/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Adds the seat plan to the page."""
        show: Show | None = self.get_object(request, object_id)
        context = {**(extra_context or {}), **(self.extras(request, show) if show else {})}
        return super().change_view(request, object_id, form_url, context)

    def extras(self, request: HttpRequest, show: Show) -> dict[str, Any]:
        """Returns what the page shows besides the form. Owners are not told who holds a seat."""
        plan = seat_plan(show)
        theater = show.screen.theater
        names_holders = may(request.user, Action.SEE_HOLDERS, theater)
        holds = [
            {
                "who": hold.email if names_holders else "A customer",
                "labels": ", ".join(hold.labels),
                "until": local_time(hold.until, theater.timezone),
                "release": reverse("admin:shows_show_release", args=[show.pk, hold.user_id]),
            }
            for hold in plan.holds
        ]
        where = f"{self.starts(show)}, {show.screen}"
        return {
            "title": show.movie,
            "subtitle": where,
            "plan": plan,
            "holds": holds,
            "tools": self.tools(request, show),
            "show_delete": self.kept_by(show) is None,
        }

    def release(self, request: HttpRequest, pk: int, user_id: int) -> HttpResponse:
        """Releases somebody's held seats of the show."""
        show = self.own(request, pk)
        holds = seat_plan(show).holds
        labels = next((hold.labels for hold in holds if hold.user_id == user_id), None)
        if labels is None:
            self.message_user(request, "That hold is over: nobody holds these seats.", "warning")
            return redirect("admin:shows_show_change", pk)
        named = ", ".join(labels)

        def act(_: Any) -> str:
            try:
                release_hold(user_id=user_id, show_id=show.pk)
            except TokenNotValid:
                raise Failure("The account was closed; its hold lapses by itself.") from None
            return f"The hold of {named} was released."

        sentences = [
            f"{named} will be free for everybody at once.",
            "The customer is not notified.",
        ]
        return self.ask(request, show, Step("Release the hold?", sentences, "Release it", act))
