"""What may stand after the question mark: what the schema of the operation lists, each once."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

from django.http import HttpRequest, HttpResponse

from core.failures import InvalidInput
from core.http import problems
from core.openapi.document import query_parameters

LONGEST_SHOWN = 50
MOST_SHOWN = 10


class UnknownParameter(InvalidInput):
    """The address has a parameter that the call does not take, or has one twice; it would have
    been ignored, and the answer would be another than the one you asked for."""

    code = "unknown_parameter"
    title = "The call does not take that parameter"
    remedy = "Correct its name, leave it out, or send it once."
    example = {"field": "theatre"}


class KnownParameters:
    """Middleware that refuses a query parameter that is not the operation's or comes twice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        match = request.resolver_match
        if not request.META.get("QUERY_STRING") or match is None:
            return None
        known = names_of(match.route, request.method or "")
        if known is None or not (wrong := list(islice(_wrong(request, known), MOST_SHOWN))):
            return None
        failure = UnknownParameter(wrong[0][1] if len(wrong) == 1 else "")
        failure.errors = [{"field": f, "code": failure.code, "detail": says} for f, says in wrong]
        return problems.problem_response(request, failure)


def names_of(route: str, method: str) -> frozenset[str] | None:
    """Return what an operation takes, for HEAD and OPTIONS as for GET; None if there is none."""
    operations = query_parameters(route)
    if operations is None:
        return None
    if method == "OPTIONS":
        return operations.get("GET", frozenset())
    return operations.get("GET" if method == "HEAD" else method)


def _wrong(request: HttpRequest, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name, values in request.GET.lists():
        shown = name[:LONGEST_SHOWN]
        if name not in known:
            yield shown, f"`{shown}` is not a parameter of this call. {_instead(shown, known)}"
        elif len(values) > 1:
            yield shown, f"`{shown}` is there {len(values)} times; send it once."


def _instead(name: str, known: Iterable[str]) -> str:
    if near := get_close_matches(name, known, n=1, cutoff=0.7):
        return f"Did you mean `{near[0]}`?"
    return f"It takes {', '.join(sorted(known))}." if known else "It takes none."
