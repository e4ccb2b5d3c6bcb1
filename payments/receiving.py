"""Taking events from providers: they are stored and answered, and looked into by a job."""

from collections.abc import Mapping

from django.db import transaction

from core.failures import Failure, NotFound
from core.jobs import queue
from core.postgres.rows import rows_of
from payments.accounts import provider_of
from payments.event_tasks import look_at_event
from payments.models import ProviderAccount
from payments.providers import base


class InvalidSignature(Failure):
    """The event is not signed with the account's secret, or too old."""

    status = 400
    code = "invalid_signature"
    title = "The signature is not valid"
    remedy = "Sign the body with the secret of this account, and send it within five minutes."


STORE = """
INSERT INTO payments_providerevent (account_id, event, kind, object, body)
VALUES (%(account)s, %(event)s, %(kind)s, %(object)s, %(body)s)
ON CONFLICT (account_id, event) DO NOTHING RETURNING id
"""


def receive(*, provider: str, key: str, headers: Mapping[str, str], body: bytes) -> None:
    """Stores an event that its provider has signed for the account, and enqueues a look at it.

    Raises NotFound for an unknown account, or InvalidSignature.
    """
    account = ProviderAccount.objects.filter(provider=provider, key=key).first()
    if account is None:
        raise NotFound
    try:
        hint = provider_of(account).event(headers, body)
    except (
        base.InvalidSignature,
        base.AccountRefused,
    ) as error:  # no secret to verify with, as yet
        raise InvalidSignature from error
    values = {
        "account": account.pk,
        "event": hint.event_id,
        "kind": hint.kind,
        "object": hint.object,
        "body": body,
    }
    with transaction.atomic():
        if made := rows_of(STORE, values):
            queue.defer(look_at_event, event_id=made[0][0])
