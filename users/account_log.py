"""Logs what happens to accounts: to which account, and from which network address.

Never what somebody typed: a wrong e-mail address may be a password in the wrong field.
"""

from functools import partial

import structlog
from django.db import transaction

from core.http.proxies import client_address
from core.logs.requests import current_request

logger = structlog.get_logger("users.account_log")


def record(event: str, *, user_id: int | None, **facts: object) -> None:
    """Logs, once it is committed, what was done with an account; None if there is no account."""
    line = partial(logger.info, event, user_id=user_id, address=_address(), **facts)
    transaction.on_commit(line, robust=True)


def record_refusal(event: str, *, user_id: int | None, **facts: object) -> None:
    """Logs a failed attempt at once; `user_id` is None if there is no such account."""
    logger.warning(event, user_id=user_id, address=_address(), **facts)


def _address() -> str | None:
    """Returns None outside of a request, as in a command or a job."""
    request = current_request.get()
    return client_address(request) if request else None
