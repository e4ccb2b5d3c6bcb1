"""Problems in the OpenAPI schema: a component of each code, and what an operation may answer.

A component says all of a problem's members itself: some generators cannot make one type of a
general problem and an addition to it. What one refusal of an operation may be is a union of
these, told apart by `code`, which is one value in each. Its last part is the general `Problem`,
for codes that are added later; it has the members of every code, each of which may be absent.
"""

from collections.abc import Iterable
from typing import Any

from core.failures import Failure
from core.postgres.documents import named

Shape = dict[str, Any]

GENERAL: Shape = {
    "type": {"type": "string", "description": "The address of a page about the code."},
    "title": {"type": "string"},
    "status": {"type": "integer", "description": "The HTTP status."},
    "detail": {"type": "string", "description": "For the person at the screen."},
    "code": {"type": "string", "description": "What a client should act on."},
    "request_id": {"type": "string", "description": "Also in the `X-Request-ID` header."},
}
named(
    "InputError",
    {
        "type": "object",
        "description": "A part of the input, and what is wrong with it.",
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
)


def union(kinds: Iterable[type[Failure]]) -> Shape:
    """One of these problems, or of a code that is not listed yet."""
    names = [*(_name(kind.code) for kind in kinds), "Problem"]
    return {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}


def schemas(codes: Iterable[str]) -> dict[str, Shape]:
    """The components of these codes, and the general one."""
    kinds = [Failure.by_code[code] for code in codes]
    return {"Problem": _general(kinds)} | {_name(kind.code): _of(kind) for kind in kinds}


def _general(kinds: Iterable[type[Failure]]) -> Shape:
    special = {name: shape for kind in kinds for name, shape in kind.members.items()}
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457). A code that you do not know is to be treated "
        "by its `status`.",
        "required": list(GENERAL),
        "properties": GENERAL | special,
    }


def _of(kind: type[Failure]) -> Shape:
    code = {"code": {"type": "string", "enum": [kind.code]}}
    return {
        "type": "object",
        "description": f"{kind.title}.",
        "required": [*GENERAL, *kind.members],
        "properties": {**GENERAL, **code, **kind.members},
    }


def _name(code: str) -> str:
    return f"{code.title().replace('_', '')}Problem"
