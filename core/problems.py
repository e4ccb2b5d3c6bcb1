"""Errors as RFC 9457 problem documents, wherever in Django or REST framework they arise."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults
from rest_framework import exceptions as drf

from core import errors
from core.errors import Failure

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = "2"
BUSY_SQLSTATES = {
    "55P03",  # lock_not_available
    "57014",  # query_canceled: statement_timeout
    "40P01",  # deadlock_detected
    "40001",  # serialization_failure
    "53300",  # too_many_connections
    "25P03",  # idle_in_transaction_session_timeout
}
BY_DRF_EXCEPTION: dict[type[Exception], type[Failure]] = {
    drf.NotAuthenticated: errors.NotAuthenticated,
    drf.PermissionDenied: errors.PermissionDenied,
    DjangoPermissionDenied: errors.PermissionDenied,
    drf.NotFound: errors.NotFound,
    Http404: errors.NotFound,
    drf.MethodNotAllowed: errors.MethodNotAllowed,
    drf.NotAcceptable: errors.NotAcceptable,
    drf.UnsupportedMediaType: errors.UnsupportedMediaType,
    drf.ParseError: errors.BadRequest,
    RequestDataTooBig: errors.PayloadTooLarge,
    SuspiciousOperation: errors.BadRequest,
}


def database_failure(error: OperationalError | InterfaceError) -> Failure:
    """Busy where the server hit a limit and undid everything, else Unavailable."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    too_many = "too many clients" in str(error) or "remaining connection slots" in str(
        error
    )
    kind = errors.Busy if sqlstate in BUSY_SQLSTATES or too_many else errors.Unavailable
    return kind(headers={"Retry-After": RETRY_AFTER_SECONDS})


def flatten(detail: Any, path: str = "") -> list[dict[str, str | None]]:
    """REST framework's nested validation errors as a flat list of field, code and detail."""
    if isinstance(detail, Mapping):
        return [
            row
            for key, value in detail.items()
            for row in flatten(
                value, path if key == "non_field_errors" else f"{path}.{key}"
            )
        ]
    if isinstance(detail, list) and any(
        isinstance(item, Mapping | list) for item in detail
    ):
        return [
            row for i, item in enumerate(detail) for row in flatten(item, f"{path}.{i}")
        ]
    if isinstance(detail, list):
        return [row for item in detail for row in flatten(item, path)]
    field = path.removeprefix(".") or None
    return [
        {
            "field": field,
            "code": getattr(detail, "code", "invalid"),
            "detail": str(detail),
        }
    ]


def _validation_failure(error: drf.ValidationError) -> Failure:
    """The most specific code that is true of all entries, which keeps `code` useful to clients."""
    rows = flatten(error.detail)
    codes = {str(row["code"]) for row in rows}
    kind = Failure.by_code.get(codes.pop()) if len(codes) == 1 else None
    if kind is None or not issubclass(kind, errors.InvalidInput):
        kind = errors.InvalidInput
    failure = kind(str(rows[0]["detail"]) if len(rows) == 1 else "")
    failure.errors = rows
    return failure


def as_failure(error: BaseException | None) -> Failure | None:
    """The failure that an exception stands for, or None for a bug."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return database_failure(error)
    if isinstance(error, drf.ValidationError):
        return _validation_failure(error)
    for kind, failure in BY_DRF_EXCEPTION.items():
        if isinstance(error, kind):
            return failure()
    return None


def document(failure: Failure, request_id: str) -> dict[str, Any]:
    """The members of RFC 9457 section 3.1, ours, and those that the code promises."""
    members: dict[str, Any] = {
        "type": f"/problems/{failure.code}/",
        "title": failure.title,
        "status": failure.status,
        "detail": failure.detail,
        "code": failure.code,
        "request_id": request_id,
    }
    if isinstance(failure, errors.InvalidInput):
        members["errors"] = failure.errors
    return members | failure.extra


def response(request: HttpRequest, failure: Failure) -> HttpResponse:
    """The failure as an HTTP answer that no cache may keep."""
    body = orjson.dumps(document(failure, getattr(request, "request_id", "")))
    answer = HttpResponse(
        body, status=failure.status, content_type="application/problem+json"
    )
    answer.headers["Cache-Control"] = "no-store"
    if failure.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    for name, value in failure.headers.items():
        answer.headers[name] = value
    return answer


def exception_handler(
    error: Exception, context: Mapping[str, Any]
) -> HttpResponse | None:
    """REST framework's EXCEPTION_HANDLER; a bug goes on to `server_error` with its traceback."""
    failure = as_failure(error)
    if failure is None:
        return None
    if isinstance(error, drf.MethodNotAllowed):
        failure.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("database failure: %s", error)
    return response(context["request"]._request, failure)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: unknown hosts, suspicious operations."""
    return response(request, as_failure(exception) or errors.BadRequest())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if request.path.startswith("/admin/"):
        return defaults.permission_denied(request, exception)
    return response(request, errors.PermissionDenied())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    if request.path.startswith("/admin/"):
        return defaults.page_not_found(request, exception)
    return response(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a bug, or a database that went away outside of a REST framework view."""
    failure = as_failure(sys.exc_info()[1])
    if failure is None or failure.status != 503:
        failure = errors.InternalError()
    return response(request, failure)


def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a code means and what to do, for the person who follows a problem's `type`."""
    failure = Failure.by_code.get(code)
    if failure is None:
        raise Http404
    context = {"failure": failure, "meaning": failure.__doc__}
    return render(request, "problem.html", context)
