"""What all pages of the Django admin share: who may do what there, and services that do it.

The policy decides, not Django's permissions; people see only rows that `where_may` gives them. What
a service owns is changed through that service, whose failures are shown to the person at the form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from core.failures import Failure, InvalidInput
from core.office.additions import Kept, Tool, added_to
from core.office.fields import Text, TextOfLines, Version
from core.office.lists import List, NoSuchList, parameter_of
from core.postgres.words import tidy, with_words
from core.versions import PreconditionFailed, version_of

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin = admin.ModelAdmin
    ModelForm = forms.ModelForm

STALE = (
    "Somebody else has changed this since you opened the page, so nothing of yours was saved. "
    '<a href="{}" target="_blank">See it as it is now</a>, and make your changes there.'
)
STALE_DELETING = (
    "Somebody else has changed this since you opened the page, so it was not deleted. This is how "
    "it is now."
)


def everything(action: str) -> dict[str, str]:
    """Return `takes` of pages on which one action is enough for everything."""
    return dict.fromkeys(("view", "add", "change", "delete"), action)


def may(request: HttpRequest, action: str) -> bool:
    """Return whether the policy lets the person do it."""
    return request.user.is_authenticated and request.user.may(action)


def count_of(rows: QuerySet[Any], of: str) -> Coalesce:
    """Return the number of rows that are `of` the listed row, for rows of the page only."""
    counted = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def badge(status: str) -> SafeString:
    """Return a status as a coloured word (office.css)."""
    return format_html('<span class="badge badge-{}">{}</span>', status, status)


def list_of(model: str, **query: str | int) -> str:
    """Return the address of the list of a model, such as `shows_show`, narrowed down."""
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(query)}"


def page_of(row: Model) -> str:
    """Return the address of a row's page."""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def add_failure(
    form: forms.BaseForm, failure: Failure, field_of: Callable[[str], str | None]
) -> None:
    """Add the failure to a form; what is wrong with the input, at the field that `field_of` tells
    of a dotted path, or None for the whole form."""
    if isinstance(failure, InvalidInput):
        for error in failure.errors:
            form.add_error(field_of(str(error["field"] or "")), str(error["detail"]))
    else:
        form.add_error(None, failure.detail)


class ServiceForm(ModelForm):
    """A form that is saved by a service, which has the rules of the model, too.

    `versioned` are the columns that a version covers, if not all; `by_model` asks for the rules of
    the model's columns first, where the service leaves them to the form. A form with a `failure`
    is one that the service has refused: it is not valid, and shows why.
    """

    user: ClassVar[Any] = None
    failure: ClassVar[Failure | None] = None
    versioned: ClassVar[tuple[str, ...]] = ()
    by_model: ClassVar[bool] = False
    version = Version()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = version_of(self.instance, columns=self.versioned)

    @property
    def expected(self) -> list[str] | None:
        """Return the version of the row that the person saw."""
        seen = self.cleaned_data["version"]
        return [seen] if seen else None

    def perform(self) -> Model:
        """Call the service with `cleaned_data` and return the saved row. Raises Failure."""
        raise NotImplementedError

    @property
    def fields_of_row(self) -> dict[str, Any]:
        """Return all fields with their values, for a new row."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def changes(self) -> dict[str, Any]:
        """Return the fields that were changed, with their new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def _post_clean(self) -> None:
        """Leave Django's checks of the model to the service, and show why that refused."""
        if self.by_model:
            super()._post_clean()  # type: ignore[misc]
        if isinstance(self.failure, PreconditionFailed):
            self.add_error(None, format_html(STALE, page_of(self.instance)))
        elif self.failure:
            add_failure(self, self.failure, self._field)

    def _field(self, path: str) -> str | None:
        name = path.replace("prices.", "price_")
        return name if name in self.fields else None


@dataclass(frozen=True)
class Step:
    """Something that is asked once more before it is done; `act` returns what to say then."""

    title: str
    sentences: list[str]
    button: str
    act: Callable[[Mapping[str, Any]], str]
    form_class: type[forms.Form] = forms.Form
    template: str = field(default="office/confirm.html", init=False)


class Pages(ModelAdmin):
    """The pages of one model. `takes` names the action of the policy that whoever wants to view,
    add, change or delete must be allowed; nobody does what it leaves out.

    `heading` is what the list is called if not after its model; `linked_by` are lookups
    that links on other pages use; `zone_path` leads from a row to its theater's time zone;
    `labels` name the fields of the form in plain words.
    """

    takes: ClassVar[dict[str, str]] = everything("administer")
    heading: ClassVar[str] = ""
    linked_by: ClassVar[tuple[str, ...]] = ()
    zone_path: ClassVar[str] = ""
    labels: ClassVar[dict[str, str]] = {}
    change_form_template = "office/page.html"
    change_list_template = "office/list.html"
    delete_confirmation_template = "office/delete.html"
    object_history_template = "office/history.html"
    actions = None
    formfield_overrides: ClassVar[Any] = {
        models.CharField: {"form_class": Text},
        models.TextField: {"form_class": TextOfLines},
    }
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    save_on_top = False

    def _may(self, request: HttpRequest, what: str, row: Any = None) -> bool:
        """Ask for the row itself where to see it takes less than to do it."""
        if what not in self.takes or not may(request, self.takes[what]):
            return False
        rows: Any = super().get_queryset(request)
        if row is None or self.takes[what] == self.takes["view"] or not hasattr(rows, "where_may"):
            return True
        mine = rows.where_may(request.user, self.takes[what])
        return bool(mine.filter(pk=row.pk).exists())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete", obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        if hasattr(rows, "where_may"):
            rows = rows.where_may(request.user, self.takes["view"])
        return rows  # type: ignore[no-any-return]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what `find` finds for the tidied term, in lists and for suggestions."""
        term = tidy(search_term)
        return (self.find(request, queryset, term) if term else queryset), False

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Return the rows that match the term, which is not empty."""
        found: QuerySet[Any] = with_words(rows, term, tuple(self.get_search_fields(request)))
        return found

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow exactly what links to the list use: an allow-list of prefixes would lead from
        `theater` to every related column."""
        filters = [parameter_of(each, self.opts) for each in self.get_list_filter(request)]
        dates = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]
        return lookup in {*filters, *self.linked_by, *(dates if self.date_hierarchy else ())}

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Allow the primary key only."""
        return to_field == self.opts.pk.name

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return nothing from the query: no link of ours fills in a form."""
        return {}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[List]:
        return List

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return a class made for this request: it knows the user, and why the service refused."""
        form: Any = super().get_form(request, *args, **{"labels": self.labels, **kwargs})
        form.user, form.failure = request.user, getattr(request, "failure", None)
        return form

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        """Return the field without buttons that lead away from a half-filled form."""
        field = super().formfield_for_dbfield(*args, **kwargs)
        for thing in ("add", "change", "delete", "view"):
            if hasattr(getattr(field, "widget", None), f"can_{thing}_related"):
                setattr(field.widget, f"can_{thing}_related", False)  # type: ignore[union-attr]
        return field

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Set the heading; a query that makes no sense redirects to the whole list."""
        title = self.heading or str(self.opts.verbose_name_plural).capitalize()
        try:
            return super().changelist_view(request, {"title": title, **(extra_context or {})})
        except NoSuchList as failure:
            messages.warning(request, failure.detail)
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the form's service. Raises Failure."""
        vars(obj).update(vars(form.perform()))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form again as it was typed, with the failure, if the service refused and the
        transaction was rolled back."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Failure as failure:
            request.failure = failure  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """Return the routes, those of additions first."""
        return [*(url for each in added_to(self) for url in each.urls()), *super().get_urls()]

    def tools(self, request: HttpRequest, row: Any) -> list[Tool]:
        """Return buttons on the page of the row."""
        return [tool for each in added_to(self) for tool in each.tools(request, row)]

    def annotated(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with what additions need for their marks."""
        return reduce(lambda some, each: each.annotate(some), added_to(self), rows)

    def badges(self, row: Any, status: str) -> SafeString:
        """Return the status of an annotated row, and the marks that additions give it."""
        marks = [mark for each in added_to(self) for mark in each.marks(row)]
        return format_html_join(" ", "{}", ((badge(word),) for word in (status, *marks)))

    def kept_by(self, row: Any) -> Kept | None:
        """Return what prevents deleting the row, as far as can be told before trying."""
        return next((kept for each in added_to(self) if (kept := each.kept_by(row))), None)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the rows themselves, not each seat, or what prevents deleting them."""
        kept = [kept for each in objs if (kept := self.kept_by(each))]
        return [str(each) for each in objs], {}, set(), kept

    def expected(self, request: HttpRequest) -> list[str] | None:
        """Return the version of the row that the person saw before deleting it."""
        return request.POST.getlist("version") or None

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        context = {"version": version_of(row)} if row else {}
        try:
            return super().delete_view(request, object_id, context)
        except PreconditionFailed:
            messages.error(request, STALE_DELETING)
        except Failure as failure:
            messages.error(request, failure.detail)
        return redirect(request.path.replace("/delete/", "/change/"))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Show times in the zone of the row's theater, if it has one."""
        row = self.get_object(request, object_id)
        parts = self.zone_path.split("__") if self.zone_path else []
        zone = reduce(getattr, parts, row) if row and parts else "UTC"
        context = {"zone": zone, "tells_addresses": may(request, "administer")}
        return super().history_view(request, object_id, context)

    def own(self, request: HttpRequest, pk: int) -> Any:
        """Return the row if the person may see it. Raises Http404."""
        if (row := self.get_object(request, str(pk))) is None:
            raise Http404
        return row

    def ask(self, request: HttpRequest, row: Model, step: Step) -> HttpResponse:
        """Show the step; once confirmed, do it, log it, and return to the row."""
        form = step.form_class(request.POST if request.method == "POST" else None)
        if not (request.method == "POST" and form.is_valid()):
            context = {**self.admin_site.each_context(request), "title": step.title}
            context |= {"step": step, "form": form, "opts": self.opts}
            return TemplateResponse(request, step.template, {**context, "back": page_of(row)})
        try:
            with transaction.atomic():
                done = step.act(form.cleaned_data)
                self.log_change(request, row, done)
        except Failure as failure:
            messages.error(request, failure.detail)
        else:
            messages.success(request, done)
        return redirect(page_of(row))


class ReadOnly(Pages):
    """Pages of what only services write."""

    takes: ClassVar[dict[str, str]] = {"view": "administer"}
