"""The office's pages that make many shows at once: a dry run first, then all of it or nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode

from core.failures import Failure
from core.office.additions import Addition, add_to
from core.office.pages import may
from core.postgres.rows import rows_of
from shows.admin.plan_forms import LINES, CopyForm, Days, Line, theaters_of
from shows.models import Show
from shows.planning import Planned, Wish, digest_of, plan_shows, schedule_shows, wishes_to_copy
from theaters.models import Theater
from theaters.policy import Action

NOW = "SELECT statement_timestamp()"
CHANGED = "Something has changed since you looked. This is the plan as it would be made now."


def chosen_theater(request: HttpRequest) -> tuple[Theater | None, list[Theater]]:
    """Returns the theater in the query, else the first, and all in which the person schedules.
    Raises PermissionDenied."""
    if not may(request, Action.SCHEDULE):
        raise PermissionDenied
    mine = theaters_of(request.user, Action.SCHEDULE)
    asked = request.POST.get("theater") or request.GET.get("theater")
    named = next((each for each in mine if str(each.pk) == asked), None)
    return named or next(iter(mine), None), mine


def today_in(theater: Theater) -> date:
    """Returns the day on the theater's calendar, by the database's clock."""
    ((now,),) = rows_of(NOW)
    today: date = now.astimezone(ZoneInfo(theater.timezone)).date()
    return today


def monday_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


@add_to(Show)
class PlanPages(Addition):
    """Planning a week, and copying days."""

    def urls(self) -> list[Any]:
        guard = self.pages.admin_site.admin_view
        return [
            path("plan/", guard(self.plan), name="shows_show_plan"),
            path("copy/", guard(self.copy), name="shows_show_copy"),
        ]

    def plan(self, request: HttpRequest) -> HttpResponse:
        """Plans films on screens, for the days of a week."""
        theater, mine = chosen_theater(request)
        if theater is None:
            return self._nothing(request)
        screens = list(theater.screens.all())
        first = {"first": monday_after(today_in(theater)), "weekdays": list(range(7))}
        sent = request.POST if request.method == "POST" else None
        days = Days(sent, initial=first)
        lines = [
            Line(
                screens,
                sent if sent is not None and (n == 0 or f"line{n}-movie" in sent) else None,
                prefix=f"line{n}",
                empty_permitted=n > 0,
                use_required_attribute=False,
            )
            for n in range(LINES)
        ]
        used = [
            line for line in lines if line.is_bound and (line.has_changed() or line is lines[0])
        ]
        wishes = None
        if sent is not None and all([days.is_valid(), *[line.is_valid() for line in used]]):
            wishes = [wish for line in used for wish in line.wishes(days.days)]
        context = {"title": "Plan a week", "days": days, "lines": lines, "media": lines[0].media}
        context["shown"] = max(len(used), 1)
        return self._answer(request, theater, mine, wishes, context, "shows/plan.html")

    def copy(self, request: HttpRequest) -> HttpResponse:
        """Copies a day or a week of a theater to other days."""
        theater, mine = chosen_theater(request)
        if theater is None:
            return self._nothing(request)
        monday = monday_after(today_in(theater))
        usual = {"first": monday - timedelta(days=7), "span": 7, "to": monday}
        form = CopyForm(request.POST if request.method == "POST" else None, initial=usual)
        wishes = None
        if form.is_valid():
            wish = form.cleaned_data
            try:
                wishes = wishes_to_copy(
                    user=request.user,  # type: ignore[arg-type]
                    theater_id=theater.pk,
                    first=wish["first"],
                    days=wish["span"],
                    to=wish["to"],
                )
            except Failure as failure:
                form.add_error(None, failure.detail)
        context = {"title": "Copy a day or a week", "form": form}
        return self._answer(request, theater, mine, wishes, context, "shows/copy.html")

    def _answer(
        self,
        request: HttpRequest,
        theater: Theater,
        mine: Sequence[Theater],
        wishes: list[Wish] | None,
        context: dict[str, Any],
        template: str,
    ) -> HttpResponse:
        """Makes the shows if that was asked and nothing has changed since the dry run; else shows
        what would be made."""
        plan: list[Planned] | None = None
        try:
            plan = None if wishes is None else plan_shows(user=_user(request), wishes=wishes)
            if plan and (digest := request.POST.get("make")):
                if digest != digest_of(plan):
                    messages.warning(request, CHANGED)
                else:
                    return self._make(request, theater, plan)
        except Failure as failure:
            messages.error(request, failure.detail)
        context |= {**self.pages.admin_site.each_context(request), "opts": self.pages.opts}
        context |= {"theater": theater, "theaters": mine, "asked": wishes is not None}
        context |= dry_run(plan) if plan is not None else {}
        return TemplateResponse(request, template, context)

    def _make(self, request: HttpRequest, theater: Theater, plan: list[Planned]) -> HttpResponse:
        wishes = [each.wish for each in plan if not each.clash]
        made = schedule_shows(user=_user(request), wishes=wishes)
        LogEntry.objects.log_actions(
            _user(request).pk,
            Show.objects.filter(pk__in=made).select_related("movie"),
            ADDITION,
            "Planned with others.",
        )
        messages.success(request, f"Shows made: {len(made)}.")
        first = min(each.local for each in plan if not each.clash).date()
        query = {"theater": str(theater.pk), "day": str(first), "span": "week"}
        return redirect(f"{reverse('admin:shows_show_timeline')}?{urlencode(query)}")

    def _nothing(self, request: HttpRequest) -> HttpResponse:
        messages.warning(request, "There is no theater here in which you schedule shows.")
        return redirect("admin:index")


def dry_run(plan: list[Planned]) -> dict[str, Any]:
    """Returns what the page shows of a plan: by day and screen, with what clashes first."""
    clashes = [each for each in plan if each.clash]
    days: dict[date, dict[str, list[Planned]]] = {}
    for each in sorted(plan, key=lambda one: (one.local.date(), one.screen.name, one.local)):
        days.setdefault(each.local.date(), {}).setdefault(each.screen.name, []).append(each)
    return {
        "clashes": clashes,
        "fits": len(plan) - len(clashes),
        "digest": digest_of(plan),
        "plan": [(day, list(screens.items())) for day, screens in days.items()],
    }


def _user(request: HttpRequest) -> Any:
    return request.user
