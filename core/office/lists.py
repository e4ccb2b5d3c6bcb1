"""The lists of the admin: which parameters they take, and what becomes of nonsense in them."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import BooleanField
from django.db.models.options import Options
from django.http import HttpRequest

from core.failures import Failure


class NoSuchList(Failure):
    """The address asks for rows in a way that no link of the list does."""

    def __init__(self) -> None:
        super().__init__(
            "This list cannot show what the address asked for. Here it is without that."
        )


def parameter_of(list_filter: Any, opts: "Options[Any]") -> str:
    """Return the query parameter that a filter of a list uses."""
    if name := getattr(list_filter, "parameter_name", None):
        return str(name)
    column: Any = opts.get_field(list_filter)
    is_choice = column.flatchoices or isinstance(column, BooleanField)
    return f"{list_filter}__exact" if is_choice else str(list_filter)


class List(ChangeList):
    """Raises NoSuchList where a value cannot be one: a year 99999, a page 0."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except IncorrectLookupParameters:
            raise NoSuchList from None

    def get_filters(self, request: HttpRequest) -> Any:
        for name in (each for each in self.list_filter if isinstance(each, str)):
            column: Any = self.opts.get_field(name)
            known = {str(value) for value, _ in column.flatchoices}
            if known and not known.issuperset(self.filter_params.get(f"{name}__exact", ())):
                raise NoSuchList
        try:
            return super().get_filters(request)
        except (ValueError, OverflowError):  # the year after 9999
            raise NoSuchList from None

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the rows; clearing all filters clears the date, too, unlike Django's link."""
        rows = super().get_queryset(request, *args, **kwargs)
        self.clear_all_filters_qs = self.get_query_string(remove=self.get_filters_params())
        return rows
