"""What happens to accounts, as lines in the log: which account, and from which network address.

Never what somebody typed: an e-mail address that is wrong may be a password in the wrong field.
"""

from functools import partial

import structlog
from django.db import transaction

from core.http.proxies import client_address
from core.logs.requests import current_request

logger = structlog.get_logger("users.account_log")


def done(event: str, *, user_id: int | None, **facts: object) -> None:
    """A line about what was done with an account, once it is committed; None is no account."""
    line = partial(logger.info, event, user_id=user_id, address=_address(), **facts)
    transaction.on_commit(line, robust=True)


def refused(event: str, *, user_id: int | None, **facts: object) -> None:
    """A line about a try that failed, at once; None is an account that there is not."""
    logger.warning(event, user_id=user_id, address=_address(), **facts)


def _address() -> str | None:
    """None where nobody asks over the network, as in a command or a job."""
    request = current_request.get()
    return client_address(request) if request else None
