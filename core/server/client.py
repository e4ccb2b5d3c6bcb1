"""The pages of the web client: one file that its script fills, at each of the client's addresses.

They are there where `bin/client` has built it. Each route is named, so that an address that the
client does not know stays a problem.
"""

from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

# Nothing from elsewhere runs, and no text becomes markup. Posters come from where owners keep them.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "connect-src {calls}; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types sw; "
    "frame-ancestors {frames}"
)


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The client's programme; without a client, the documentation of the API."""
    if not _file("index.html").is_file():
        return redirect("docs")
    return page(request)


@require_safe
def page(request: HttpRequest, **_: object) -> HttpResponseBase:
    """The client's page. Raises Http404 where it was not built."""
    return _answer(request, "index.html", "text/html; charset=utf-8")


@require_safe
@xframe_options_exempt
def framed_page(request: HttpRequest, **_: object) -> HttpResponseBase:
    """The client's page for a frame on any site. Raises Http404 where it was not built.

    What it shows there is public, it knows nobody, and it leaves the frame for a purchase: whoever
    frames it wins no click that does something.
    """
    return _answer(request, "index.html", "text/html; charset=utf-8", frames="*")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponseBase:
    """What keeps the client for times without a network. At the top, it sees all pages."""
    return _answer(request, "sw.js", "text/javascript; charset=utf-8")


def _answer(
    request: HttpRequest, name: str, kind: str, *, frames: str = "'none'"
) -> HttpResponseBase:
    try:
        body = _file(name).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    etag = quote_etag(sha256(body).hexdigest()[:32])
    answer = HttpResponse(b"" if request.method == "HEAD" else body, content_type=kind)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "no-cache"
    found = get_conditional_response(request, etag, None, answer) or answer
    found.headers["Content-Security-Policy"] = _policy(frames)
    return found


def _policy(frames: str) -> str:
    """Return what the pages may load; the live map may be at an address of its own."""
    live = urlsplit(settings.LIVE_URL)
    calls = f"'self' {live.scheme}://{live.netloc}" if live.netloc else "'self'"
    return POLICY.format(calls=calls, frames=frames)


def _file(name: str) -> Path:
    return Path(settings.CLIENT_DIST, name)
