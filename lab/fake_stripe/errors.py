"""Refusals, as Stripe words them."""

from typing import Any


class ApiError(Exception):
    """An answer that is an error. One that is `kept` is what its idempotency key answers again."""

    def __init__(
        self, status: int, message: str, *, code: str = "", kind: str = "", kept: bool = True
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        kind = kind or ("api_error" if status >= 500 else "invalid_request_error")
        self.document: dict[str, Any] = {"type": kind, "message": message}
        if code:
            self.document["code"] = code


class Dropped(Exception):
    """The connection ends without an answer."""


def missing(name: str) -> ApiError:
    """Return the refusal of a request that lacks a parameter, or whose parameter is no good."""
    message = f"Missing or invalid param: {name}."
    return ApiError(400, message, code="parameter_missing", kept=False)


def unknown(name: str) -> ApiError:
    """Return the refusal of an id that this account does not have."""
    return ApiError(404, f"No such object: '{name}'", code="resource_missing")
