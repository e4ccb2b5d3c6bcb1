"""Failures that are anticipated, as classes that the domain raises and clients can tell apart.

Each names its HTTP status, its `code`, a title and what to do next; the docstring says what it
means, `example` the arguments with which the documentation shows it, and `members` the JSON Schema
of what its document has beside the general members. core.http.problems turns
them into RFC 9457 documents and into the pages under /problems/.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Failure(Exception):
    """Something that the state of things does not allow."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = ""
    title: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    example: ClassVar[Mapping[str, Any]] = {}
    members: ClassVar[Mapping[str, Any]] = {}
    by_code: ClassVar[dict[str, type["Failure"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in cls.__dict__:
            Failure.by_code[cls.code] = cls

    def __init__(
        self,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        """`detail` is for the person at the screen; `extra` becomes members of the document."""
        super().__init__(detail or self.title)
        self.detail = detail or f"{self.title}. {self.remedy}"
        self.headers = dict(headers or {})
        self.extra: dict[str, object] = extra

    @classmethod
    def statuses(cls) -> str:
        """Return its HTTP status, and those of subclasses that share its code."""
        kinds = [kind for kind in cls.__subclasses__() if kind.code == cls.code]
        return ", ".join(dict.fromkeys(str(kind.status) for kind in [cls, *kinds]))

    def document(self, request_id: str) -> dict[str, object]:
        """Return the members of RFC 9457 section 3.1, ours, and those that the code promises."""
        members: dict[str, object] = {
            "type": f"/problems/{self.code}/",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        return members | self.extra


class InvalidInput(Failure):
    """Input that is well-formed but breaks a rule; `field` is its dotted path."""

    status = 400
    code = "validation_failed"
    title = "The input is not valid"
    remedy = "Correct what each entry of `errors` names, a field and what is wrong with it."
    example = {"field": "name"}
    members = {
        "errors": {
            "type": "array",
            "description": "At most 50; `detail` counts those left out.",
            "maxItems": 50,
            "items": {"$ref": "#/components/schemas/InputError"},
        }
    }

    def __init__(self, detail: str = "", *, field: str | None = None, **extra: object) -> None:
        super().__init__(detail)
        self.extra = extra
        self.errors = [{"field": field, "code": self.code, "detail": self.detail}]

    def document(self, request_id: str) -> dict[str, object]:
        return super().document(request_id) | {"errors": self.errors}


class DoesNotExist(InvalidInput):
    """An id in the body names nothing that you may use."""

    code = "does_not_exist"
    title = "There is no such object, or it is not yours to use"
    remedy = "Check the id in the field that `errors` names."
    example = {"field": "show"}


class BadRequest(Failure):
    """The request itself could not be understood: its host, its encoding or its headers."""

    status = 400
    code = "bad_request"
    title = "The request could not be understood"
    remedy = "Check the host name, the headers and the encoding of what you sent."


class MalformedJSON(Failure):
    """The body is not JSON, or JSON that means different things to different readers."""

    status = 400
    code = "malformed_json"
    title = "The body is not valid JSON"
    remedy = "Send one JSON object in UTF-8, without duplicate keys, NaN or NUL characters."


class NotAuthenticated(Failure):
    """The call needs an access token and none came with it."""

    status = 401
    code = "not_authenticated"
    title = "You are not logged in"
    remedy = "Log in and send the header `Authorization: Bearer <access token>`."


class PermissionDenied(Failure):
    """Your role does not allow this call, whatever the object."""

    status = 403
    code = "permission_denied"
    title = "Your role does not allow this"
    remedy = "Use an account with the role that this call needs."


class NotFound(Failure):
    """Nothing is there, or it is not yours to see."""

    status = 404
    code = "not_found"
    title = "There is nothing here"
    remedy = "Check the address, with its slash at the end, and that the object is yours."


class MethodNotAllowed(Failure):
    """The address exists but does not take this method."""

    status = 405
    code = "method_not_allowed"
    title = "This address does not take that method"
    remedy = "Use one of the methods in the `Allow` header."


class NotAcceptable(Failure):
    """No representation fits the `Accept` header."""

    status = 406
    code = "not_acceptable"
    title = "No answer in that format is available"
    remedy = "Accept `application/json`."


class InUse(Failure):
    """Other objects still depend on this one."""

    code = "in_use"
    title = "It is still in use"
    remedy = "Remove what depends on it first; what cannot be removed keeps it."


class PayloadTooLarge(Failure):
    """The body is larger than this call takes: 16 KB without a token, 1 MB with one."""

    status = 413
    code = "payload_too_large"
    title = "The body is too large"
    remedy = "Send less; no call needs more."


class AddressTooLong(Failure):
    """The address with its query is longer than the server reads."""

    status = 414
    code = "address_too_long"
    title = "The address is too long"
    remedy = "Send an address of at most 4,000 characters."


class UnsupportedMediaType(Failure):
    """The body is of a type that this call does not read."""

    status = 415
    code = "unsupported_media_type"
    title = "The body is not JSON"
    remedy = "Send JSON in UTF-8 with the header `Content-Type: application/json`."


class TooManyRequests(Failure):
    """A rate limit was reached."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"
    remedy = "Wait for as many seconds as the `Retry-After` header says."


class HeadersTooLarge(Failure):
    """A header is larger, or there are more of them, than the server reads."""

    status = 431
    code = "headers_too_large"
    title = "The headers are too large"
    remedy = "Send fewer headers, each of at most 8,000 characters; a token is far shorter."


class InternalError(Failure):
    """A bug in the server; it was logged with its `request_id`."""

    status = 500
    code = "internal_error"
    title = "Something went wrong on our side"
    remedy = "Try again; if it stays, report the `request_id`."


class Unavailable(Failure):
    """Something that the server needs, such as its database, is away."""

    status = 503
    code = "unavailable"
    title = "The service is not available right now"
    remedy = (
        "Send the same request again after as many seconds as the `Retry-After` header says. "
        "Whether the first one took effect is unknown: with the same `Idempotency-Key` it has "
        "one effect at most."
    )


class Busy(Failure):
    """A limit of locks, time or connections was hit; nothing was changed."""

    status = 503
    code = "busy"
    title = "The service is busy"
    remedy = "Send the same request again after as many seconds as the `Retry-After` header says."
