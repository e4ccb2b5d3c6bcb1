"""Errors as RFC 9457 problem documents, wherever in Django or REST framework they arise."""

import logging
import math
import re
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import BadRequest as DjangoBadRequest
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from procrastinate.exceptions import ConnectorException
from rest_framework import exceptions as drf

from core import failures
from core.failures import Failure
from core.http import error_pages

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"
ADMIN = "/admin/"
MOST_ERRORS = 50
BUSY_SQLSTATES = {
    "55P03",  # lock_not_available
    "57014",  # query_canceled: statement_timeout
    "40P01",  # deadlock_detected
    "40001",  # serialization_failure
    "53300",  # too_many_connections
    "25P03",  # idle_in_transaction_session_timeout
    "25P04",  # transaction_timeout
}
READ_ONLY_SQLSTATE = "25006"  # a standby, until it is promoted
BUSY_WORDS = (  # a refused connection carries no SQLSTATE: PostgreSQL's words, then PgBouncer's
    "too many clients already",
    "remaining connection slots",
    "too many connections for",
    "no more connections allowed",
    "query_wait_timeout",
)
BY_STATUS: dict[int, type[Failure]] = {
    401: failures.NotAuthenticated,
    403: failures.PermissionDenied,
    404: failures.NotFound,
    405: failures.MethodNotAllowed,
    406: failures.NotAcceptable,
    413: failures.PayloadTooLarge,
    415: failures.UnsupportedMediaType,
    429: failures.TooManyRequests,
    503: failures.Unavailable,
}
BY_DJANGO_EXCEPTION: dict[type[Exception], type[Failure]] = {
    Http404: failures.NotFound,
    DjangoPermissionDenied: failures.PermissionDenied,
    RequestDataTooBig: failures.PayloadTooLarge,
    SuspiciousOperation: failures.BadRequest,
    DjangoBadRequest: failures.BadRequest,
    MultiPartParserError: failures.BadRequest,
}


def by_status(status: int) -> Failure:
    """Return the general failure of an HTTP status."""
    if status not in BY_STATUS:
        return failures.BadRequest() if status < 500 else failures.InternalError()
    headers = {"Retry-After": RETRY_AFTER_SECONDS} if status == 503 else {}
    return BY_STATUS[status](headers=headers)


def database_failure(error: BaseException) -> Failure | None:
    """Return Busy if the server hit a limit and rolled back, Unavailable if it is away."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    headers = {"Retry-After": RETRY_AFTER_SECONDS}
    if sqlstate in BUSY_SQLSTATES or any(words in str(error) for words in BUSY_WORDS):
        return failures.Busy(headers=headers)
    if isinstance(error, OperationalError | InterfaceError) or sqlstate == READ_ONLY_SQLSTATE:
        return failures.Unavailable(headers=headers)
    return None


def flatten(detail: Any, path: str = "") -> Iterator[dict[str, str | None]]:
    """Yield field, code and detail of REST framework's nested validation errors."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from flatten(value, path if key == "non_field_errors" else f"{path}.{key}")
    elif isinstance(detail, list):
        is_nested = any(isinstance(item, Mapping | list) for item in detail)
        for i, item in enumerate(detail):
            yield from flatten(item, f"{path}.{i}" if is_nested else path)
    else:
        field = path.removeprefix(".") or None
        yield {
            "field": field,
            "code": getattr(detail, "code", "invalid"),
            "detail": str(detail),
        }


def _validation_failure(error: drf.ValidationError) -> Failure:
    """Return a failure with the most specific code that is true of all entries."""
    found = flatten(error.detail)
    rows = list(islice(found, MOST_ERRORS))
    codes = {str(row["code"]) for row in rows}
    kind = Failure.by_code.get(codes.pop()) if len(codes) == 1 else None
    if kind is None or not issubclass(kind, failures.InvalidInput):
        kind = failures.InvalidInput
    failure = kind(str(rows[0]["detail"]) if len(rows) == 1 else "")
    failure.errors = rows
    if more := sum(1 for _ in found):
        failure.detail += f" And {more} more."
    return failure


def failure_from(error: BaseException | None) -> Failure | None:
    """Return the failure that an exception stands for, or None for a bug."""
    if isinstance(error, ConnectorException):  # the job queue's wrapping of a database error
        error = error.__cause__
    if isinstance(error, Failure):
        return error
    if isinstance(error, DatabaseError | InterfaceError):
        return database_failure(error)
    if isinstance(error, drf.APIException):
        return _api_failure(error)
    for kind, failure in BY_DJANGO_EXCEPTION.items():
        if isinstance(error, kind):
            return failure()
    return None


def _api_failure(error: drf.APIException) -> Failure:
    if isinstance(error, drf.ValidationError):
        return _validation_failure(error)
    if isinstance(error, drf.PermissionDenied):
        return failures.PermissionDenied(str(error.detail))
    failure = by_status(error.status_code)
    if wait := getattr(error, "wait", None):
        failure.headers["Retry-After"] = str(math.ceil(wait))
    return failure


def problem_response(request: HttpRequest, failure: Failure) -> HttpResponse:
    """Return the failure as a problem document, not to be cached."""
    body = orjson.dumps(failure.document(getattr(request, "request_id", "")))
    answer = HttpResponse(body, status=failure.status, content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    if failure.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    for name, value in failure.headers.items():
        answer.headers[name] = value
    return answer


def error_response(request: HttpRequest, failure: Failure) -> HttpResponse:
    """Return the failure as a problem document, or as a page to people in the admin."""
    if request.path.startswith(ADMIN):
        return error_pages.page(request, failure)
    return problem_response(request, failure)


def is_described(request: HttpRequest, answer: HttpResponse) -> bool:
    """Return whether an error response is a problem document or a page of the admin."""
    return answer.headers.get("Content-Type") == MEDIA_TYPE or request.path.startswith(ADMIN)


def to_problem(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return a problem document with the status and the headers of another response."""
    failure = by_status(answer.status_code)
    said = problem_response(request, failure)
    for name, value in answer.headers.items():
        if name not in ("Content-Type", "Content-Length"):
            said.headers[name] = value
    said.cookies = answer.cookies
    return said


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Answer as REST framework's EXCEPTION_HANDLER; a bug goes on to `server_error`."""
    failure = failure_from(error)
    if failure is None:
        return None
    if isinstance(error, drf.MethodNotAllowed):
        failure.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if failure.status == 503:
        logger.warning("%s: %s", failure.code, error)
    return problem_response(context["request"]._request, failure)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer as handler400: unknown hosts, suspicious operations."""
    if isinstance(exception, DisallowedHost):
        return error_response(request, failures.BadRequest(_unknown_host(request)))
    return error_response(request, failure_from(exception) or failures.BadRequest())


def _unknown_host(request: HttpRequest) -> str:
    """Return which host was refused, and in development how to allow it."""
    host = request.META.get("HTTP_HOST", "")[:255]
    detail = f"This server does not answer to the host name {host!a}."
    if not settings.DEVELOPMENT:
        return detail
    return f"{detail} Start it with that name, without the port, in the variable ALLOWED_HOSTS."


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer as handler403."""
    return error_response(request, failures.PermissionDenied())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer as CSRF_FAILURE_VIEW: only the admin has forms, other pages only read."""
    if not request.path.startswith(ADMIN):
        return problem_response(request, failures.MethodNotAllowed(headers={"Allow": "GET, HEAD"}))
    detail = (
        "The form could not be checked: it was open for too long, or cookies are not allowed. Go "
        "back, load the page anew, and try again."
    )
    return error_response(request, failures.PermissionDenied(detail))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer as handler404."""
    return error_response(request, failures.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer as handler500: a bug, or a database that went away outside of any view."""
    failure = failure_from(sys.exc_info()[1])
    if failure is None or failure.status != 503:
        failure = failures.InternalError()
    return error_response(request, failure)


@require_safe
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a code means and what to do, for whoever follows a problem's `type`."""
    if code not in Failure.by_code:
        raise Http404
    return HttpResponse(_page(Failure.by_code[code]))


def _page(failure: type[Failure]) -> str:
    context = {
        "status": failure.statuses(),
        "code": failure.code,
        "title": failure.title,
        "meaning": with_code(failure.__doc__ or ""),
        "remedy": with_code(failure.remedy),
    }
    return render_to_string("problem.html", context)


def with_code(text: str) -> SafeString:
    """Return text as HTML, with its `names` set as code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S308  # nosec
