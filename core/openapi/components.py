"""The parts of the OpenAPI schema that are the same for every operation, and the plain addresses.

They are components, so that the document says each thing once.
"""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from core import failures
from core.failures import Failure
from core.openapi import problems
from core.postgres.documents import NAMED, named

REQUEST_ID = "8c9f1f3e6f0b4d0f9a52f0b9ad0c3b1e"
HEADERS: dict[str, Any] = {
    "X-Request-ID": {
        "description": "Names this request in the server's log; send it along with a question.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "example": REQUEST_ID,
    },
    "Retry-After": {
        "description": "Seconds to wait before the same request is sent again.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 2,
    },
    "WWW-Authenticate": {
        "description": "How to authenticate (RFC 6750).",
        "schema": {"type": "string"},
        "example": 'Bearer realm="api"',
    },
    "ETag": {
        "description": "Send it back as `If-None-Match`: 304 with no body while nothing changed. "
        "A weak one (`W/`) where the answer is compressed.",
        "schema": {"type": "string"},
        "example": '"5f1d7a8c0b3e4f2962d0a7c1"',
    },
    "Version": {
        "description": "Send it back as `If-Match` with a change: 412 if somebody was faster. "
        "It is the version of what can be changed, so free seats do not count.",
        "schema": {"type": "string"},
        "example": '"0d6c1f8e2b7a4c9355aa81f0"',
    },
    "Cache-Control": {
        "description": "`no-cache`: keep it, but ask before each use. `public, max-age=…`: "
        "keep it for so many seconds.",
        "schema": {"type": "string"},
        "example": "no-cache",
    },
    "Idempotent-Replayed": {
        "description": "`true`: the answer of an earlier request with this `Idempotency-Key`, from "
        "when it was given. Absent from a new one.",
        "schema": {"type": "string"},
        "example": "true",
    },
    "Location": {
        "description": "The path of what was made.",
        "schema": {"type": "string"},
        "example": "/api/v1/bookings/K7M2QX9RTA/",
    },
}
VERSION = {"ETag": {"$ref": "#/components/headers/Version"}}
NOT_MODIFIED = "You have it already: nothing has changed."
EVERYWHERE: dict[str, tuple[type[Failure], ...]] = {
    "NotAcceptable": (failures.NotAcceptable,),
    "InternalError": (failures.InternalError,),
    "Unavailable": (failures.Unavailable, failures.Busy),
}


def header(*names: str) -> dict[str, Any]:
    """References to these headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def refusal(failures: Iterable[type[Failure]], registry: ComponentRegistry) -> dict[str, Any]:
    """One response for failures of one status, with an example of each."""
    kinds = {kind.code: kind for kind in failures}
    status = next(iter(kinds.values())).status
    names = ["X-Request-ID"]
    names += ["Retry-After"] if status in {429, 503} else []
    names += ["WWW-Authenticate"] if status == 401 else []
    problem = {
        "schema": problems.union(kinds.values()),
        "examples": {code: _example(kind, registry) for code, kind in kinds.items()},
    }
    return {
        "description": "; or ".join(kind.title for kind in kinds.values()),
        "headers": header(*names),
        "content": {"application/problem+json": problem},
    }


def refusals_of_every_call(registry: ComponentRegistry) -> dict[str, Any]:
    """References to the responses that no operation is spared."""
    return {
        str(kinds[0].status): _reference("responses", name, refusal(kinds, registry), registry)
        for name, kinds in EVERYWHERE.items()
    }


def _example(kind: type[Failure], registry: ComponentRegistry) -> dict[str, Any]:
    name = kind.code if Failure.by_code[kind.code] is kind else f"{kind.code}_{kind.status}"
    shown = {"summary": kind.title, "value": kind(**kind.example).document(REQUEST_ID)}
    return _reference("examples", name, shown, registry)


def _reference(
    section: str, name: str, content: dict[str, Any], registry: ComponentRegistry
) -> dict[str, Any]:
    component = ResolvedComponent(name, section, content, f"{section}/{name}")  # type: ignore[no-untyped-call]
    registry.register_on_missing(component)
    reference: dict[str, Any] = component.ref
    return reference


def complete(
    result: dict[str, Any], generator: Any, request: object, public: bool
) -> dict[str, Any]:
    """drf-spectacular's hook: the headers, and the addresses that are plain Django views.

    An operation that needs no token says so, too.
    """
    result["paths"] |= _plain_paths(generator.registry)
    for operations in result["paths"].values():
        for operation in operations.values():
            operation.setdefault("security", [])
    result["components"] = _components(generator.registry)
    return result


def _components(registry: ComponentRegistry) -> dict[str, Any]:
    shown = registry.build({})["examples"]
    codes = sorted(Failure.by_code.keys() & shown.keys())
    more = {"headers": HEADERS, "schemas": NAMED | problems.schemas(codes)}
    built: dict[str, Any] = registry.build(more)
    return built


def _plain_paths(registry: ComponentRegistry) -> dict[str, Any]:
    unavailable = refusal([failures.Unavailable, failures.Busy], registry)
    return {
        "/health/live/": _reading(
            "live",
            "Whether the process runs",
            "Restart it when this fails.",
            _answer(LIVENESS, ALIVE),
        ),
        "/health/ready/": _reading(
            "ready",
            "Whether it can serve",
            "Send it no requests while this fails: the database is away or a migration is "
            "missing. `worker` is `none` while no worker runs: seats are sold, no mail leaves. "
            "`warnings` tell the operator of a setting that does not fit what the process sees.",
            _answer(READINESS, ALIVE | {"worker": "running", "warnings": []}),
            {"503": unavailable},
        ),
        "/problems/{code}/": _reading(
            "problem",
            "What an error code means",
            "A page for people: what happened and what to do. Every problem's `type` leads here.",
            _answer({"type": "string"}, None, "text/html"),
            {"404": refusal([failures.NotFound], registry)},
            [CODE],
        ),
        "/api/v1/schema/": _reading(
            "schema",
            "This document",
            "OpenAPI 3.1, as JSON or, with `Accept: application/yaml`, as YAML.",
            _answer({"type": "object"}, None),
            {"401": refusal([Failure.by_code["token_not_valid"]], registry)},
        ),
    }


ALIVE = {"status": "ok"}
STATUS = {"status": {"type": "string", "const": "ok"}}
LIVENESS = named("Liveness", {"type": "object", "required": ["status"], "properties": STATUS})
READINESS = named(
    "Readiness",
    {
        "type": "object",
        "required": ["status", "worker", "warnings"],
        "properties": STATUS
        | {
            "worker": {"type": "string", "enum": ["running", "none"]},
            "warnings": {"type": "array", "items": {"type": "string"}},
        },
    },
)
CODE = {
    "name": "code",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    "example": "seats_unavailable",
}


def _answer(
    schema: dict[str, Any], example: dict[str, Any] | None, media_type: str = "application/json"
) -> dict[str, Any]:
    content = {"schema": schema} | ({"example": example} if example else {})
    return {
        "description": "Done",
        "headers": header("X-Request-ID"),
        "content": {media_type: content},
    }


def _reading(
    name: str,
    summary: str,
    description: str,
    answer: dict[str, Any],
    refusals: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    operation = {
        "operationId": name,
        "summary": summary,
        "description": description,
        "tags": ["Operations"],
        "parameters": parameters or [],
        "responses": {"200": answer, "500": {"$ref": "#/components/responses/InternalError"}}
        | (refusals or {}),
    }
    return {"get": operation}
