"""The OpenAPI schema: what drf-spectacular finds in the code, and every failure of every operation.

A view names its own failures with `@fails(…)`; those that follow from its permissions, its path
and its body are added by rule, each with the example that its class gives.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.permissions import AllowAny

from core import errors
from core.errors import Failure, InvalidInput

Method = TypeVar("Method", bound=Callable[..., Any])
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). `code` is what a client should act on.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "The address of a page about the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For the person at the screen."},
        "code": {"type": "string"},
        "request_id": {"type": "string", "description": "Also in the `X-Request-ID` header."},
        "errors": {
            "type": "array",
            "description": "Present when input is at fault.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {
                        "type": ["string", "null"],
                        "description": "A dotted path; null for the whole body.",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
REQUEST_ID = "8c9f1f3e6f0b4d0f9a52f0b9ad0c3b1e"


def fails(*failures: type[Failure]) -> Callable[[Method], Method]:
    """Names the failures that a view's method can answer with, beside those added by rule."""

    def name_them(method: Method) -> Method:
        method.fails = failures  # type: ignore[attr-defined]
        return method

    return name_them


class DocumentedSchema(AutoSchema):
    """Adds to each operation the problem documents that it may answer with, by status."""

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        by_status: dict[int, list[type[Failure]]] = {}
        for failure in self._failures():
            by_status.setdefault(failure.status, []).append(failure)
        for status, failures in sorted(by_status.items()):
            bodies[str(status)] = self._answer(failures)
        bodies["default"] = self._answer(
            [
                errors.MethodNotAllowed,
                errors.NotAcceptable,
                errors.TooManyRequests,
                errors.InternalError,
                errors.Unavailable,
                errors.Busy,
            ]
        )
        return bodies

    def _failures(self) -> Iterable[type[Failure]]:
        method = getattr(self.view, self.method.lower())
        yield from getattr(method, "fails", ())
        if self._needs_token():
            yield errors.NotAuthenticated
            if not all(type(p).__name__ == "IsAuthenticated" for p in self.view.get_permissions()):
                yield errors.PermissionDenied
        if "{" in self.path:
            yield errors.NotFound
        if self.method in {"POST", "PUT", "PATCH"}:
            yield from (errors.InvalidInput, errors.MalformedJSON)
            yield from (errors.PayloadTooLarge, errors.UnsupportedMediaType)
        elif self._get_filter_parameters():  # type: ignore[no-untyped-call]
            yield errors.InvalidInput
        yield Failure.by_code["token_not_valid"]

    def _needs_token(self) -> bool:
        permissions = self.view.get_permissions()
        if any(isinstance(permission, AllowAny) for permission in permissions):
            return False
        is_public = any(getattr(permission, "is_public", False) for permission in permissions)
        return not (is_public and self.method == "GET")

    def _answer(self, failures: Iterable[type[Failure]]) -> dict[str, Any]:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            "Problem", ResolvedComponent.SCHEMA, PROBLEM, "Problem"
        )
        self.registry.register_on_missing(component)
        kinds = {kind.code: kind for kind in failures}
        examples = {
            code: {"summary": kind.title, "value": _example(kind).document(REQUEST_ID)}
            for code, kind in kinds.items()
        }
        content = {"schema": component.ref, "examples": examples}
        description = "; or ".join(kind.title for kind in kinds.values())
        return {"description": description, "content": {"application/problem+json": content}}


def _example(kind: type[Failure]) -> Failure:
    return kind(field="field") if issubclass(kind, InvalidInput) else kind()
