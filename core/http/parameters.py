"""What may stand after the question mark: what the schema of the operation lists, each once."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from core.failures import InvalidInput

LONGEST_SHOWN = 50
MOST_SHOWN = 10
FOR_PEOPLE = {"docs", None}  # pages, where a stray parameter does no harm


class UnknownParameter(InvalidInput):
    """The address has a parameter that the call does not take, or has one twice; it would have
    been ignored, and the answer would be another than the one you asked for."""

    code = "unknown_parameter"
    title = "The call does not take that parameter"
    remedy = "Correct its name, leave it out, or send it once."
    example = {"field": "theatre"}


def refused(request: HttpRequest, view: Callable[..., Any]) -> UnknownParameter | None:
    """The failure, if the query has a parameter that is not the operation's or comes twice."""
    match = request.resolver_match
    if not request.META.get("QUERY_STRING") or match is None:
        return None
    if match.namespaces or match.url_name in FOR_PEOPLE:
        return None
    known = taken_by(view, request.method or "")
    if known is None:
        return None
    if not (wrong := list(islice(_wrong(request, known), MOST_SHOWN))):
        return None
    failure = UnknownParameter(wrong[0][1] if len(wrong) == 1 else "")
    failure.errors = [{"field": f, "code": failure.code, "detail": says} for f, says in wrong]
    return failure


def learn() -> None:
    """Asks the schema about every operation. Call it before there are threads: the library that
    makes the schema loads parts of itself when it is first asked, and not for two at once."""
    for view in _views(get_resolver().url_patterns):
        for method in view.cls().allowed_methods if hasattr(view, "cls") else ():
            taken_by(view, method)


def _views(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns)
        else:
            yield pattern.callback


@cache
def taken_by(view: Callable[..., Any], method: str) -> frozenset[str] | None:
    """Names of what an operation takes; HEAD and OPTIONS are as GET. None if there is none."""
    kind = getattr(view, "cls", None)
    if kind is None:
        return frozenset()
    methods = kind().allowed_methods
    asked = "GET" if method in {"HEAD", "OPTIONS"} else method
    if asked not in methods:
        return frozenset() if method == "OPTIONS" else None
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # which alone keeps its schemas
    schema: Any = generator.create_view(view, asked).schema  # type: ignore[no-untyped-call]
    with GENERATOR_STATS.silence():  # it would tell of bodies, which nobody asked about here
        names: frozenset[str] = schema.query_parameters(asked)
    return names


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
