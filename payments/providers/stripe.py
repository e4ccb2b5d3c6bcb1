"""Stripe, in two flows over one PaymentIntent.

On the web the customer goes to a Checkout Session; in an app, to a PaymentSheet with the client
secret of a PaymentIntent. A session gets its PaymentIntent when the customer first submits it, so
until then the session's id stands for the payment. Metadata of both name our payment and booking.

Stripe's client takes 31 MB and a second to import, so only the process that needs it does.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from payments.providers.base import (
    Attempt,
    Facts,
    Field,
    Flow,
    Hint,
    InvalidSignature,
    Provider,
    RefundFacts,
    RefundOrder,
    Refused,
    Started,
)
from payments.providers.stripe_calls import client_of, translated
from payments.providers.stripe_documents import (
    Document,
    facts_of_intent,
    facts_of_session,
    intent_params,
    is_disputed,
    metadata_of,
    payment_in,
    refund_facts,
    refund_params,
    seconds,
    session_params,
)

if TYPE_CHECKING:
    from stripe import StripeClient

KEY_LIVES = timedelta(hours=24)
CLOCKS_DIFFER_BY = timedelta(minutes=5)
CHARGE = "latest_charge"
KEY = "refund-{}-{}-{}"
OVER = {"gone", "complete", "expired", "succeeded", "canceled"}


@dataclass(frozen=True)
class Stripe(Provider):
    """An account at Stripe, of the theater's own or connected to ours (`account`)."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    publishable_key: str = ""
    account: str = ""

    name: ClassVar[str] = "stripe"
    label: ClassVar[str] = "Stripe"
    flows: ClassVar[frozenset[Flow]] = frozenset(Flow)
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "secret_key",
            "Secret key",
            is_secret=True,
            pattern=r"[sr]k_(test|live)_\w{8,240}",
            hint="It begins with sk_ or rk_.",
        ),
        Field(
            "webhook_secret",
            "Signing secret of the webhook",
            is_secret=True,
            pattern=r"whsec_[\w+/=-]{8,240}",
            hint="It begins with whsec_.",
        ),
        Field(
            "publishable_key",
            "Publishable key",
            is_required=False,
            pattern=r"pk_(test|live)_\w{8,240}",
            hint="Native apps need it. It begins with pk_.",
        ),
        Field(
            "account",
            "Connected account",
            is_required=False,
            pattern=r"acct_\w{8,60}",
            hint="With Stripe Connect. It begins with acct_.",
        ),
    )

    @property
    def is_test(self) -> bool:
        """Whether the key is one of Stripe's test mode."""
        return "_test_" in self.secret_key

    def start(self, attempt: Attempt) -> Started:
        """Makes the session or the PaymentIntent ready, or returns what has been made before.

        Raises Refused("not_open") if nothing is left to pay: look.
        """
        if attempt.reference:
            return self._resume(attempt, attempt.reference)
        try:
            with translated():
                return self._started(attempt, self._create(attempt))
        except Refused as refusal:
            if refusal.code not in {"idempotency_error", "replayed"}:
                raise
            # The key is used up, by an answer that got lost or was an error.
            if (found := self.find(attempt)) is None:
                raise
            return self._resume(attempt, found.reference)

    def look(self, reference: str) -> Facts:
        """Retrieves the PaymentIntent with its refunds, or the session that has none yet."""
        if reference.startswith("cs_"):
            session = self._session(reference)
            if not (intent := session["payment_intent"]):
                return facts_of_session(session)
            reference = intent
        with translated():
            intents = self._client.v1.payment_intents
            intent = intents.retrieve(reference, {"expand": [CHARGE]}).to_dict()
        refunds = self._refunds(reference) if intent["amount_received"] else ()
        return facts_of_intent(intent, tuple(refunds), self._dispute(intent))

    def find(self, attempt: Attempt) -> Facts | None:
        """Lists what was made since the attempt was stored: unlike Stripe's search, complete."""
        since = {"gte": seconds(attempt.created_at or datetime.now(UTC) - KEY_LIVES)}
        since["gte"] -= int(CLOCKS_DIFFER_BY.total_seconds())
        wanted = metadata_of(attempt)
        with translated():
            lists: Any = self._client.v1.payment_intents
            if attempt.flow == Flow.PAGE:
                lists = self._client.v1.checkout.sessions
            for found in lists.list({"created": since, "limit": 100}).auto_paging_iter():
                if wanted.items() <= found.to_dict()["metadata"].items():
                    return self.look(found.id)
        return None

    def cancel(self, reference: str) -> Facts:
        """Expires the session or cancels the PaymentIntent, then looks: it may be paid, or over."""
        with suppress(Refused), translated():
            if reference.startswith("cs_"):
                self._client.v1.checkout.sessions.expire(reference)
            elif session := self._session_of(reference):
                self._client.v1.checkout.sessions.expire(session["id"])
            else:
                self._client.v1.payment_intents.cancel(reference)
        return self.look(reference)

    def refund(self, order: RefundOrder) -> RefundFacts:
        """Creates the refund; what Stripe says has been refunded already is looked for."""
        intent = self._intent_of(order.payment_reference)
        key = KEY.format(order.refund_id, order.attempt, intent)
        try:
            with translated():
                made = self._client.v1.refunds.create(
                    refund_params(order, intent), {"idempotency_key": key}
                )
                return refund_facts(made.to_dict())
        except Refused as refusal:
            if refusal.code == "charge_already_refunded":
                for each in self.refunds(intent):
                    if (each.refund_id, each.attempt) == (order.refund_id, order.attempt):
                        return each
            raise

    def refunds(self, payment_reference: str) -> tuple[RefundFacts, ...]:
        """Lists the PaymentIntent's refunds. A session that nobody has paid has none."""
        intent = self._intent_of(payment_reference)
        return tuple(self._refunds(intent)) if intent else ()

    def since(self, moment: datetime) -> Iterator[Facts]:
        """Lists PaymentIntents and refunds; each older payment with a new refund is looked at."""
        window: Any = {"created": {"gte": seconds(moment)}, "limit": 100}
        back: dict[str, list[RefundFacts]] = {}
        with translated():
            for refund in self._client.v1.refunds.list(window).auto_paging_iter():
                document = refund.to_dict()
                if document["payment_intent"] and "refund" in document["metadata"]:
                    back.setdefault(document["payment_intent"], []).append(refund_facts(document))
            window["expand"] = [f"data.{CHARGE}"]
            for each in self._client.v1.payment_intents.list(window).auto_paging_iter():
                intent = each.to_dict()
                refunds = back.pop(intent["id"], [])
                if "payment" in intent["metadata"]:
                    yield facts_of_intent(intent, tuple(refunds))
            yield from map(self.look, back)

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """Verifies the signature with Stripe's own code.

        An event of the other mode, or of another account than ours, has nothing to look at: a
        Connect endpoint gets those, too.
        """
        import stripe

        signature = {name.lower(): value for name, value in headers.items()}.get("stripe-signature")
        try:
            event = stripe.Webhook.construct_event(body, signature, self.webhook_secret).to_dict()
        except (stripe.SignatureVerificationError, ValueError, TypeError) as error:
            raise InvalidSignature from error
        ours = event["livemode"] != self.is_test and event.get("account", "") == self.account
        return Hint(event["id"], event["type"], payment_in(event["data"]) if ours else "")

    @property
    def _client(self) -> "StripeClient":
        return client_of(self.secret_key, self.account)

    def _create(self, attempt: Attempt) -> Document:
        key: Any = {"idempotency_key": f"pay-{attempt.payment_id}-{attempt.booking_reference}"}
        if attempt.flow == Flow.PAGE:
            return self._client.v1.checkout.sessions.create(session_params(attempt), key).to_dict()
        return self._client.v1.payment_intents.create(intent_params(attempt), key).to_dict()

    def _resume(self, attempt: Attempt, reference: str) -> Started:
        with translated():
            if attempt.flow == Flow.SHEET:
                intents = self._client.v1.payment_intents
                return self._started(attempt, intents.retrieve(reference).to_dict())
            if reference.startswith("cs_"):
                return self._started(attempt, self._session(reference))
            return self._started(attempt, self._session_of(reference) or {"status": "gone"})

    def _started(self, attempt: Attempt, document: Document) -> Started:
        if document["status"] in OVER:
            raise Refused("not_open")
        if attempt.flow == Flow.PAGE:
            ends = datetime.fromtimestamp(document["expires_at"], UTC)
            return Started(document["id"], {"url": document["url"]}, ends)
        client = {
            "client_secret": document["client_secret"],
            "publishable_key": self.publishable_key,
            "account": self.account,
        }
        return Started(document["id"], client, attempt.expires_at)

    def _session(self, reference: str) -> Document:
        with translated():
            return self._client.v1.checkout.sessions.retrieve(reference).to_dict()

    def _session_of(self, intent: str) -> Document | None:
        with translated():
            found = self._client.v1.checkout.sessions.list({"payment_intent": intent})
            return found.data[0].to_dict() if found.data else None

    def _intent_of(self, reference: str) -> str:
        if not reference.startswith("cs_"):
            return reference
        return self._session(reference)["payment_intent"] or ""

    def _dispute(self, intent: dict[str, Any]) -> dict[str, Any] | None:
        """Returns the newest dispute about the PaymentIntent's charge."""
        if not is_disputed(intent):
            return None
        with translated():
            found = self._client.v1.disputes.list({"payment_intent": intent["id"], "limit": 1})
            return next((each.to_dict() for each in found.data), None)

    def _refunds(self, intent: str) -> Iterator[RefundFacts]:
        with translated():
            found = self._client.v1.refunds.list({"payment_intent": intent, "limit": 100})
            for refund in found.auto_paging_iter():
                yield refund_facts(refund.to_dict())
