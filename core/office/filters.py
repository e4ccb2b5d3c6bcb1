"""Filters beside the lists of the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.office.pages import ModelAdmin
from core.postgres.clock import StatementTime


class OwnRows(admin.SimpleListFilter):
    """Rows of one's own among `rows`, of a model that people manage; `path` leads there."""

    title = "theater"
    parameter_name = "theater"
    rows: ClassVar[type[Model]]
    path: ClassVar[str] = "theater"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        model: Any = self.rows
        mine = model.objects.where_may(request.user, model_admin.takes["view"])
        return [
            (str(pk), f"{name}, {city}")
            for pk, name, city in mine.values_list("pk", "name", "city")
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _ in self.lookup_choices}
        return queryset.filter(**{self.path: self.value()}) if self.value() in known else queryset


class When(admin.SimpleListFilter):
    """Rows of what is not over, for latecomers come to what runs; others if asked for."""

    title = "when"
    parameter_name = "when"
    path: ClassVar[str] = "ends_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("past", "Past"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        choices = super().choices(changelist)
        return [
            {**choice, "display": "On now or to come"} if i == 0 else choice
            for i, choice in enumerate(choices)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        side = "lte" if self.value() == "past" else "gt"
        return queryset.filter(**{f"{self.path}__{side}": StatementTime()})


class PastNewestFirst(ModelAdmin):
    """Pages whose list of what is past begins with what ended last."""

    newest_first: ClassVar[tuple[str, ...]]

    def get_ordering(self, request: HttpRequest) -> Any:
        is_past = request.GET.get(When.parameter_name) == "past"
        return self.newest_first if is_past else super().get_ordering(request)
