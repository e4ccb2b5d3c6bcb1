"""Changing the prices of the shows that are chosen in the office's list."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.failures import Failure
from shows.admin.plan_forms import RepriceForm
from shows.models import Show
from shows.repricing import reprice_shows


def reprice(pages: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    """Asks for the new prices, then changes them; the action of the list."""
    ids = list(rows.order_by("starts_at", "pk").values_list("pk", flat=True))
    form = RepriceForm(request.POST if "price" in request.POST else None)
    if form.is_valid():
        try:
            _reprice(request, ids, form)
        except Failure as failure:
            form.add_error(None, failure.detail)
        else:
            return None
    shows = Show.objects.filter(pk__in=ids).select_related("movie", "screen__theater")
    context = {
        **pages.admin_site.each_context(request),
        "title": "Change prices",
        "opts": pages.opts,
        "form": form,
        "shows": shows,
    }
    return TemplateResponse(request, "shows/reprice.html", context)


def _reprice(request: HttpRequest, ids: list[int], form: RepriceForm) -> None:
    user: Any = request.user
    with transaction.atomic():
        done = reprice_shows(
            user=user,
            shows=ids,
            pricing=form.pricing,
            only_unsold=form.cleaned_data["only_unsold"],
        )
        shows = Show.objects.filter(pk__in=ids).select_related("movie")
        words = f"Prices of several shows: {form.pricing.price}."
        LogEntry.objects.log_actions(user.pk, shows, CHANGE, words)
    left = f" Left as they were: {done.left}." if done.left else ""
    messages.success(request, f"Shows with new prices: {done.changed}.{left}")
