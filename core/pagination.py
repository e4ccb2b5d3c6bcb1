"""Lists: pages of 20, at most 100, ordered only by fields that are promised."""

import re
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from rest_framework.filters import OrderingFilter
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.serializers import ValidationError

from core.errors import NotFound

POSITIVE = re.compile("0*([1-9][0-9]*)")


class Counted(Paginator):  # type: ignore[type-arg]
    """Says which page would be the last."""

    def validate_number(self, number: Any) -> int:
        """Raises NotFound."""
        try:
            return super().validate_number(number)
        except InvalidPage:
            last = self.num_pages
            raise NotFound(f"There is no page {number}; the last one is {last}.") from None


class Pages(PageNumberPagination):
    """`?page=` from 1, `?page_size=` up to 100; a page past the end is 404."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    django_paginator_class = Counted

    def get_page_size(self, request: Request) -> int:
        """Raises ValidationError for what is no positive number, rather than ignore it."""
        text = request.query_params.get("page_size") or str(self.page_size)
        number = POSITIVE.fullmatch(text)
        if number is None:
            raise ValidationError({"page_size": "Write a positive number, at most 100."})
        return min(int(number[1][:9]), self.max_page_size)

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


class Ordering(OrderingFilter):
    """`?ordering=` by the view's `ordering_fields`; any other field is 400.

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
        return [*fields, "pk"]

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
