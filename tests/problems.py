"""Checks of problem documents."""

from typing import Any


def problem(answer: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """Checks that the response is a problem document (RFC 9457) of ours, and returns it."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= document.keys()
    assert document["status"] == status
    assert document["type"] == f"/problems/{document['code']}/"
    assert document["request_id"] == answer.headers["X-Request-ID"]
    assert "Traceback" not in answer.text
    assert code in (None, document["code"]), document
    return document
