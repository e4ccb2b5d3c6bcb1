"""Versions of rows, so that nobody undoes a change that they have not seen (RFC 9110, 13.1.1)."""

import re
from collections.abc import Collection
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson
from django.db.models import Model
from drf_spectacular.utils import OpenApiParameter
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Failure

TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what you have read: 412 if it was changed since.",
)


class PreconditionFailed(Failure):
    """It was changed by somebody else after you read it; nothing of yours was written."""

    status = 412
    code = "precondition_failed"
    title = "It has been changed since you read it"
    remedy = "Read it again, and repeat your change if it still makes sense."


def version_of(row: Model, *, columns: Collection[str] = ()) -> str:
    """A hash of the row's stored columns, or of those named: the same as long as nobody changes
    any of them."""
    names = columns or [field.attname for field in row._meta.concrete_fields]
    values = [getattr(row, name) for name in names]
    text = orjson.dumps(values, default=_plain, option=orjson.OPT_SORT_KEYS)
    return sha256(text).hexdigest()[:24]


def require_version(
    row: Model, expected: Collection[str] | None, *, columns: Collection[str] = ()
) -> None:
    """Raises PreconditionFailed unless the row is in one of the versions; None is any.

    Call it with a row that is locked, in the transaction that changes it.
    """
    if expected is not None and version_of(row, columns=columns) not in expected:
        raise PreconditionFailed


def expected_by(request: Request) -> Collection[str] | None:
    """The versions that `If-Match` names; weak tags match none (RFC 9110, 8.8.3.2)."""
    header = request.headers.get("If-Match", "*").strip()
    return None if header == "*" else [tag for weak, tag in TAG.findall(header) if not weak]


def with_etag(answer: Response, row: Model) -> Response:
    """The answer about the row, with its version."""
    answer.headers["ETag"] = f'"{version_of(row)}"'
    return answer


class VersionedDetail(generics.RetrieveUpdateDestroyAPIView[Any]):
    """One row to read, change in part and delete, whose answers carry its version as `ETag`."""

    http_method_names = ["get", "head", "options", "patch", "delete"]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        return with_etag(Response(self.get_serializer(row).data), row)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        self.perform_update(serializer)
        changed: Any = serializer.instance
        return with_etag(Response(serializer.data), changed)


def _plain(value: Any) -> str:
    """1.5 and 1.50 are one amount."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
