"""Versions of rows over HTTP: `ETag` in answers, `If-Match` in requests (RFC 9110, 13.1.1)."""

import re
from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.fields import read
from core.http.public_reads import unless_had
from core.versions import version_of

TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what you have read: 412 if it was changed since.",
)


def expected_by(request: Request) -> Collection[str] | None:
    """The versions that `If-Match` names; weak tags match none (RFC 9110, 8.8.3.2)."""
    header = request.headers.get("If-Match", "*").strip()
    return None if header == "*" else [tag for weak, tag in TAG.findall(header) if not weak]


def with_etag(answer: Response, row: Model) -> Response:
    """The answer about the row, with its version."""
    answer.headers["ETag"] = f'"{version_of(row)}"'
    return answer


class VersionedView(generics.RetrieveUpdateDestroyAPIView[Any]):
    """One row that anybody may read, to be changed in part and deleted; answers carry its version
    as `ETag`, and tell nothing else than what the row holds."""

    is_kept = True
    http_method_names = ["get", "head", "options", "patch", "delete"]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        row = self.get_object()
        return unless_had(request, with_etag(Response(self.get_serializer(row).data), row))

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        changed = self.change(row, read(self.get_serializer_class(), request, row=row))
        return with_etag(Response(self.get_serializer(changed).data), changed)

    def change(self, row: Any, changes: dict[str, Any]) -> Model:
        """Has the domain change it. The row as it is then."""
        raise NotImplementedError
