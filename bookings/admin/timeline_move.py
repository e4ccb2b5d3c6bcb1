"""Moving a show in the office: to another time, or before it is sold also to another screen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from bookings.moving import Affected, affected_by_move, move_sold_show
from core.failures import Failure
from core.office.fields import Text, WallClock
from core.office.pages import add_failure
from core.postgres.clock import local_time
from shows.models import Show
from shows.scheduling import change_screen
from shows.start_times import to_utc
from theaters.models import Screen


class MoveForm(forms.Form):
    """Where a show moves to, and why."""

    starts_at = WallClock(label="Starts", help_text="In the theater's local time.")
    screen = forms.ModelChoiceField(Screen.objects.none(), empty_label=None)
    reason = Text(
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="The customers read it in their mail, if they get one.",
    )

    def __init__(self, show: Show, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        screens: Any = self.fields["screen"]
        screens.queryset = Screen.objects.filter(theater=show.screen.theater_id)
        screens.label_from_instance = lambda screen: screen.name


class MovePage:
    """The form, with what the move means for those who have booked."""

    def __init__(self, pages: Any) -> None:
        self.pages = pages

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Moves the show; the query may say where to, as the timeline's script does."""
        show: Show = self.pages.own(request, pk)
        if show.cancelled_at:
            messages.warning(request, "A cancelled show cannot be moved.")
            return redirect("admin:shows_show_change", pk)
        local = show.starts_at.astimezone(ZoneInfo(show.screen.theater.timezone))
        now_at = local.replace(tzinfo=None, second=0, microsecond=0)
        usual = {"starts_at": now_at, "screen": show.screen_id, **request.GET.dict()}
        sent = request.method == "POST"
        form = MoveForm(show, request.POST if sent else usual)
        if form.is_valid() and sent and self._says_why(show, form):
            try:
                done = self._move(request, show, form.cleaned_data)
            except Failure as failure:
                add_failure(form, failure, lambda name: name if name in form.fields else None)
            else:
                messages.success(request, done)
                return redirect(_timeline(show))
        context = {
            **self.pages.admin_site.each_context(request),
            "title": f"Move {show.movie}",
            "opts": self.pages.opts,
            "show": show,
            "form": form,
            "now_on": f"{local_time(show.starts_at, str(local.tzinfo))}, {show.screen}",
            "sentences": self._sentences(show, form),
            "back": _timeline(show),
        }
        return TemplateResponse(request, "timeline/move.html", context)

    def _says_why(self, show: Show, form: MoveForm) -> bool:
        """Returns whether there is a reason, if customers will read it."""
        starts_at = _moment(form.cleaned_data["starts_at"], show)
        affected = affected_by_move(show=show, starts_at=starts_at)
        if affected.bookings and affected.is_told and not form.cleaned_data["reason"]:
            form.add_error("reason", "Say why: the customers read it.")
        return form.is_valid()

    def _move(self, request: HttpRequest, show: Show, wish: Mapping[str, Any]) -> str:
        user: Any = request.user
        with transaction.atomic():
            if wish["screen"].pk != show.screen_id:
                change_screen(show=show, screen=wish["screen"], starts_at=wish["starts_at"])
            else:
                move_sold_show(
                    user=user,
                    show_id=show.pk,
                    starts_at=wish["starts_at"],
                    reason=wish["reason"],
                )
            moved = Show.objects.select_related("movie", "screen__theater").get(pk=show.pk)
            where = local_time(moved.starts_at, moved.screen.theater.timezone)
            done = f"{moved.movie} is now on {where}, {moved.screen.name}."
            self.pages.log_change(request, moved, done)
        return done

    def _sentences(self, show: Show, form: MoveForm) -> list[str]:
        """Returns what moving it as the form says means."""
        wish = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else {}
        starts_at = _moment(wish.get("starts_at"), show)
        affected = affected_by_move(show=show, starts_at=starts_at)
        if not affected.bookings:
            return ["Nobody has booked it. Seats that somebody holds at the moment are free again."]
        screen = wish.get("screen")
        if screen is not None and screen.pk != show.screen_id:
            seats = f"Seats are booked: {affected.seats}."
            return [f"{seats} It can be moved to another time, but keeps its screen."]
        return [_count(affected), *_rule(affected, starts_at != show.starts_at)]


def _moment(wanted: datetime | None, show: Show) -> datetime:
    try:
        return to_utc(wanted, ZoneInfo(show.screen.theater.timezone)) if wanted else show.starts_at
    except Failure:
        return show.starts_at


def _count(affected: Affected) -> str:
    bookings = "1 booking" if affected.bookings == 1 else f"{affected.bookings} bookings"
    seats = "1 seat" if affected.seats == 1 else f"{affected.seats} seats"
    return f"It has {bookings} of {seats}. They keep their seats, and their tickets stay valid."


def _rule(affected: Affected, is_decided: bool) -> list[str]:
    told = (
        "their customers are mailed at once, with the reason, and may cancel until the show starts "
        "and get everything back."
    )
    if not is_decided:
        return [
            "Up to 30 minutes earlier or later, nobody is mailed, and the usual terms apply.",
            f"By more than 30 minutes, {told}",
        ]
    if affected.is_told:
        return [f"This is more than 30 minutes: {told}"]
    return ["This is at most 30 minutes: nobody is mailed, and the usual terms apply."]


def _timeline(show: Show) -> str:
    query = urlencode({"theater": str(show.screen.theater_id), "day": str(show.local_date)})
    return f"{reverse('admin:shows_show_timeline')}?{query}"
