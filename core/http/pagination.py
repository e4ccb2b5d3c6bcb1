"""Lists: pages of 20, at most 100, ordered only by fields that are promised."""

import re
from collections.abc import Mapping
from math import ceil
from typing import Any
from urllib.parse import unquote_plus

from django.db.models import QuerySet
from django.utils.encoding import iri_to_uri
from rest_framework.filters import OrderingFilter
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from core.failures import NotFound

POSITIVE = re.compile("0*([1-9][0-9]*)")
LONGEST_NUMBER = 10  # of digits
BEYOND = 10**LONGEST_NUMBER


class PageNumbers(PageNumberPagination):
    """`?page=` from 1, `?page_size=` up to 100; a page past the end is 404."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """One page of a QuerySet, or of what has `counted(start, stop)`: a part and the length of
        the whole. Raises NotFound past the end, ValidationError for a bad size."""
        self.asked = request
        self.size = self.get_page_size(request)
        self.number = self.get_page_number(request)
        start = (self.number - 1) * self.size
        rows, self.count = _counted(queryset, start, start + self.size)
        if self.number == BEYOND or (self.number > 1 and not rows):
            asked, last = request.query_params["page"], max(1, ceil(self.count / self.size))
            raise NotFound(f"There is no page {asked}; the last one is {last}.")
        return rows

    def get_page_number(self, request: Any, paginator: Any = None) -> int:
        """BEYOND for what is no positive number, or one that no list has pages for."""
        number = POSITIVE.fullmatch(request.query_params.get("page") or "1")
        return int(number[1]) if number and len(number[1]) < LONGEST_NUMBER else BEYOND

    def get_page_size(self, request: Request) -> int:
        """Raises ValidationError for what is no positive number, rather than ignore it."""
        text = request.query_params.get("page_size") or str(self.page_size)
        number = POSITIVE.fullmatch(text)
        if number is None:
            raise ValidationError({"page_size": "Write a positive number, at most 100."})
        return min(int(number[1][:9]), self.max_page_size)

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response(self.document(data))

    def document(self, rows: list[Any]) -> dict[str, Any]:
        """What a client gets for the page that was read last."""
        has_more = self.number * self.size < self.count
        return {
            "count": self.count,
            "next": self._address(self.number + 1) if has_more else None,
            "previous": self._address(self.number - 1) if self.number > 1 else None,
            "results": rows,
        }

    def _address(self, number: int) -> str:
        request = self.asked
        query = iri_to_uri(request.META.get("QUERY_STRING", ""))
        others = [part for part in query.split("&") if part and not _is_page(part)]
        query = "&".join([*others, f"page={number}"] if number > 1 else others)
        address = f"{request.scheme}://{request.get_host()}{request.path}"
        return f"{address}?{query}" if query else address

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For the OpenAPI schema."""
        page = {"type": "integer", "minimum": 1, "default": 1}
        size = {"type": "integer", "minimum": 1, "default": self.page_size}
        most = f"At most {self.max_page_size}; what is larger counts as {self.max_page_size}."
        return [
            {"name": "page", "in": "query", "schema": page},
            {"name": "page_size", "in": "query", "schema": size, "description": most},
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For the OpenAPI schema, with the example of a list that has one page."""
        link = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "example": 1},
                "next": link | {"description": "The address of the next page."},
                "previous": link | {"description": "The address of the page before."},
                "results": schema,
            },
        }


def _is_page(part: str) -> bool:
    return unquote_plus(part.partition("=")[0]) == "page"


def _counted(found: Any, start: int, stop: int) -> tuple[list[Any], int]:
    """A part of it, and how many there are in all: asked for only where the part does not tell."""
    if not isinstance(found, QuerySet):
        rows, count = found.counted(start, stop)
        return rows, count
    rows = list(found[start:stop])
    if len(rows) < stop - start and (rows or not start):
        return rows, start + len(rows)
    return rows, found.count()


def _column(field: str, columns: Mapping[str, str]) -> str:
    name = field.removeprefix("-")
    return field.removesuffix(name) + columns.get(name, name)


class Ordering(OrderingFilter):
    """`?ordering=` by the view's `ordering_fields`; any other field is 400.

    The view's `ordering_columns` are of those that the rows know by another name.
    The primary key is added last, so that pages never overlap.
    """

    def remove_invalid_fields(
        self, queryset: QuerySet[Any], fields: Any, view: Any, request: Request
    ) -> Any:
        valid = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        for field in fields:
            if field.removeprefix("-") not in valid:
                allowed = ", ".join(sorted(valid))
                raise ValidationError({"ordering": f"{field!r} is not one of: {allowed}."})
        columns = getattr(view, "ordering_columns", {})
        return [*(_column(field, columns) for field in fields), "pk"]

    def get_default_valid_fields(
        self, queryset: QuerySet[Any], view: Any, context: Any = None
    ) -> list[tuple[str, str]]:
        return []

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For the OpenAPI schema."""
        one = f"-?({'|'.join(view.ordering_fields)})"
        shape = {"type": "string", "pattern": f"^({one}(,{one})*)?$"}
        names = ", ".join(f"`{name}`" for name in view.ordering_fields)
        what = f"By {names}; a minus turns it round; several with commas."
        return [{"name": "ordering", "in": "query", "description": what, "schema": shape}]
