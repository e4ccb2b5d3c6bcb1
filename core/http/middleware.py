"""What holds for every answer: refusals are problems, and browsers are told to be careful.

What only pages for people need is wrapped around these alone.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from core import failures
from core.http import bounds, problems

GetResponse = Callable[[HttpRequest], HttpResponse]


class ProblemMiddleware:
    """Makes every 4xx and 5xx outside of the admin a problem document, wherever it arose."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if too_long := bounds.exceeded(request):
            return problems.error_response(request, too_long)
        if not _is_text(request):
            detail = "The address holds a NUL character or bytes that are not UTF-8."
            return problems.problem_response(request, failures.BadRequest(detail))
        answer = self.get_response(request)
        if answer.status_code >= 400 and not problems.is_described(request, answer):
            return problems.to_problem(request, answer)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a failure that a plain Django view raised; a bug goes on to `server_error`."""
        failure = problems.failure_from(error)
        return problems.error_response(request, failure) if failure else None


class Files(WhiteNoiseMiddleware):  # type: ignore[misc]
    """The static files, and those of the web client where it was built."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        if settings.CLIENT_DIST.is_dir():
            self.add_files(str(settings.CLIENT_DIST), prefix="/client/")

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Tell whether a file never changes: Vite puts a hash into the names in assets/."""
        return url.startswith("/client/assets/") or super().immutable_file_test(path, url)


class PageMiddleware:
    """What pages need around them: files, the session of who is logged in, and messages.

    A call of the API goes past all of it: its cookie is another, and none of its paths is a file.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.csrf = CsrfViewMiddleware(AuthenticationMiddleware(MessageMiddleware(get_response)))
        self.pages = Files(SessionMiddleware(self.csrf))

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if _is_call(request) else self.pages(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        return None if _is_call(request) else self.csrf.process_view(request, *view)


def _is_call(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class HeadersMiddleware:
    """A page has our own files only and is not framed unless its view says so; no cache keeps
    what a token or a cookie was sent for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        headers = answer.headers
        is_page = headers.get("Content-Type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", PAGE if is_page else NO_PAGE)
        if not getattr(answer, "xframe_options_exempt", False):
            headers["X-Frame-Options"] = "DENY"
        says_who = "HTTP_AUTHORIZATION" in request.META or (
            "HTTP_COOKIE" in request.META and _is_call(request)
        )
        if says_who or answer.status_code == 401:
            headers.setdefault("Cache-Control", "no-store")
        return answer


def _is_text(request: HttpRequest) -> bool:
    """Return whether the address is UTF-8 without NUL, which PostgreSQL's text cannot hold."""
    query: str = request.META.get("QUERY_STRING", "")
    if "\0" in request.path or "\0" in query:
        return False
    if query.isascii() and "%" not in query:
        return True
    try:
        return "\0" not in unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeError:
        return False
