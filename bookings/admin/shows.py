"""What bookings add to the admin's page of a show: a link, and cancelling the show."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from bookings.cancelling_shows import Relief, cancel_show
from core.office.additions import Addition, Kept, Tool, add_to
from core.office.fields import Text
from core.office.pages import Step, list_of, page_of
from core.postgres.clock import local_time
from shows.models import Show


class ReasonForm(forms.Form):
    """Asks why a show is cancelled, and what its customers get."""

    reason = Text(
        max_length=300,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="The customers read it in their mail.",
    )
    share = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=100,
        required=False,
        help_text="Percent of the prices that go back. Less than 100 only if the show was broken "
        "off.",
    )
    vouchers = forms.BooleanField(
        required=False, help_text="Give everybody who has paid a voucher for the rest."
    )


@add_to(Show)
class ShowBookings(Addition):
    """A show with bookings cannot be deleted; cancelling it cancels its bookings."""

    def urls(self) -> list[Any]:
        view = self.pages.admin_site.admin_view(self.cancel)
        return [path("<int:pk>/cancel/", view, name="shows_show_cancel")]

    def tools(self, request: HttpRequest, row: Show) -> list[Tool]:
        bookings = Tool("Bookings", self._bookings(row))
        if row.cancelled_at:
            return [bookings]
        cancel = reverse("admin:shows_show_cancel", args=[row.pk])
        return [bookings, Tool("Cancel this show", cancel)]

    def _bookings(self, show: Show) -> str:
        return list_of("bookings_booking", when="all", show__id__exact=show.pk)

    def kept_by(self, row: Show) -> Kept | None:
        if not (count := row.bookings.count()):
            return None
        bookings = "There is 1 booking" if count == 1 else f"There are {count} bookings"
        sentence = (
            f"{bookings} of this show, cancelled ones included, so it is kept for accounting."
        )
        remedy = "" if row.cancelled_at else " Cancel the show instead; its customers are notified."
        return Kept(sentence + remedy, "See these bookings", self._bookings(row))

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancels the show with its bookings, whose holders get a mail with the reason."""
        show = self.pages.own(request, pk)
        if show.cancelled_at:
            self.pages.message_user(request, "The show is already cancelled.", "warning")
            return redirect(page_of(show))

        def act(data: Mapping[str, Any]) -> str:
            share = 100 if data["share"] is None else data["share"]
            relief = Relief(share, data["vouchers"])
            cancel_show(
                user=request.user,  # type: ignore[arg-type]
                show_id=show.pk,
                reason=data["reason"],
                relief=relief,
            )
            return f"The show was cancelled: {data['reason']}"

        live = show.bookings.live().count()
        starts = local_time(show.starts_at, show.screen.theater.timezone)
        sentences = [
            f"{show.movie}, {starts}, {show.screen}.",
            f"Bookings that will be cancelled with it: {live}.",
            "Their customers get a mail with the reason.",
            "This cannot be undone.",
        ]
        step = Step("Cancel the show?", sentences, "Cancel the show", act, ReasonForm)
        answer: HttpResponse = self.pages.ask(request, show, step)
        return answer
