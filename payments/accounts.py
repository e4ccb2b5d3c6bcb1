"""Theaters' accounts with payment providers, whose secrets nobody can read again."""

import json
import secrets as random

from bookings.booking import PaymentNotOffered
from payments.models import ProviderAccount
from payments.providers import registry
from payments.providers.base import AccountRefused, Provider
from theaters.selling import Pays
from users.secret_texts import decrypt, encrypt


def account_for(*, theater_id: int, provider: str) -> ProviderAccount:
    """Returns the account through which the theater takes money online. Raises PaymentNotOffered
    if it has none, or is not paid online."""
    account: ProviderAccount | None = (
        ProviderAccount.objects.filter(theater=theater_id, provider=provider, is_active=True)
        .exclude(theater__pays=Pays.COUNTER)
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


def open_account(
    *,
    theater_id: int,
    provider: str,
    settings: dict[str, str],
    secrets: dict[str, str],
    is_test: bool,
) -> ProviderAccount:
    """Stores a theater's account; the one that it had with this provider is no longer used for new
    payments."""
    ProviderAccount.objects.filter(theater=theater_id, provider=provider, is_active=True).update(
        is_active=False
    )
    return ProviderAccount.objects.create(
        theater_id=theater_id,
        provider=provider,
        key=random.token_hex(16),
        settings=settings,
        secrets=encrypt(json.dumps(secrets)) if secrets else "",
        is_test=is_test,
    )
