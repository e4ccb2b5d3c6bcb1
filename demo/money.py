"""How the demo's theaters sell: as a made-up company, at the counter and through the demo bank."""

import secrets
from collections.abc import Sequence

from payments.connecting import connect_account
from payments.providers.registry import PROVIDERS
from pricing.models import PriceKind, TicketType
from theaters.models import Theater

TYPES = (
    ("Adult", PriceKind.AS_IS, 0),
    ("Child", PriceKind.SHARE, 60),
    ("Student", PriceKind.SHARE, 80),
)
POLICY = [{"until_minutes": 24 * 60, "share": 100}, {"until_minutes": 60, "share": 50}]


def sell_for_money(theaters: Sequence[Theater]) -> None:
    """Gives saved theaters a seller, ticket types, a refund policy and, where there is a demo bank,
    an account with it."""
    for theater in theaters:
        theater.legal_name = f"{theater.name} Ltd."
        theater.legal_address = theater.address or theater.city
        theater.terms_url = "https://cinema.example/terms"
        theater.privacy_url = "https://cinema.example/privacy"
        theater.terms_version = "1"
        theater.refund_policy = POLICY
        theater.pays = "both" if "demo" in PROVIDERS else "counter"
    fields = ["legal_name", "legal_address", "terms_url", "privacy_url", "terms_version"]
    Theater.objects.bulk_update(theaters, [*fields, "refund_policy", "pays"])
    TicketType.objects.bulk_create(
        TicketType(theater=theater, name=name, kind=kind, value=value, position=place)
        for theater in theaters
        for place, (name, kind, value) in enumerate(TYPES)
    )
    if "demo" in PROVIDERS:
        for theater in theaters:
            connect_account(
                theater_id=theater.pk,
                provider="demo",
                secrets={"webhook_secret": secrets.token_urlsafe(24)},
            )
