"""Theaters' accounts with payment providers, whose secrets nobody can read again."""

import json

from bookings.booking import PaymentNotOffered
from payments.models import ProviderAccount
from payments.providers import registry
from payments.providers.base import AccountRefused, Provider
from theaters.selling import Pays
from users.secret_texts import decrypt


def account_for(*, theater_id: int, provider: str | None) -> ProviderAccount:
    """Returns the account through which the theater takes money online: that with the provider, or
    the one that was connected last. Raises PaymentNotOffered if it has none, or is not paid online.
    """
    providers = registry.PROVIDERS if provider is None else [provider]
    account: ProviderAccount | None = (
        ProviderAccount.objects.filter(theater=theater_id, provider__in=providers, is_active=True)
        .exclude(theater__pays=Pays.COUNTER)
        .order_by("-pk")
        .first()
    )
    if account is None:
        raise PaymentNotOffered(field="provider")
    return account


def provider_of(account: ProviderAccount) -> Provider:
    """Returns the provider that speaks for the account. Raises AccountRefused if its secrets are
    not complete, or were encrypted with another SECRET_KEY."""
    readable = json.loads(decrypt(account.secrets) or "{}") if account.secrets else {}
    try:
        return registry.provider_of(account.provider, {**account.settings, **readable})
    except registry.WrongSettings as error:
        raise AccountRefused("incomplete") from error
