"""Connecting theaters with payment providers.

Secrets go in and never come out again: they are stored encrypted (users.secret_texts) and read only
by what calls the provider. All of it happens with the theater's row locked.
"""

import json
import secrets as random
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.failures import InUse, InvalidInput, NotFound
from core.versions import require_version
from payments.models import Payment, ProviderAccount
from payments.providers import registry
from payments.providers.base import Field, Provider
from payments.refunding import try_all_again
from theaters.models import Theater
from theaters.payment_settings import takes_money_online
from theaters.selling import Pays
from users.secret_texts import decrypt, encrypt

Texts = Mapping[str, str]
PARTS = ("settings", "secrets")
NEEDED = "This is needed."


class UnknownProvider(InvalidInput):
    """No payment provider of this name takes money online here."""

    code = "unknown_provider"
    title = "There is no such payment provider"
    remedy = "Send one of those that the schema names."
    example = {"field": "provider"}


class WrongAccountSettings(InvalidInput):
    """The provider has no such setting, or gives it no such values. Values are never repeated."""

    code = "wrong_account_settings"
    title = "The provider does not know such settings"
    remedy = "Copy each value anew from the provider's own pages."
    example = {"field": "secrets.secret_key"}

    def __init__(self, detail: str = "", *, field: str = "", faults: Texts | None = None) -> None:
        super().__init__(detail, field=field)
        if faults:
            self.errors = [
                {"field": each, "code": self.code, "detail": why} for each, why in faults.items()
            ]


class AccountIncomplete(InvalidInput):
    """An account is used only once it has all that its provider needs."""

    code = "account_incomplete"
    title = "Something of the account is missing"
    remedy = "Send the settings in `missing` first, or together with `is_active`."
    example = {"field": "is_active"}


def providers() -> dict[str, type[Provider]]:
    """Returns the providers that take money online, by name."""
    return {name: kind for name, kind in registry.PROVIDERS.items() if not kind.is_by_hand}


def fields_of(provider: str) -> tuple[Field, ...]:
    """Returns what an account with the provider needs. Raises UnknownProvider."""
    try:
        return providers()[provider].fields
    except KeyError:
        raise UnknownProvider(field="provider") from None


@takes_money_online
def has_account(theater_id: int) -> bool:
    """Returns whether money can be paid to the theater online."""
    return ProviderAccount.objects.filter(
        theater=theater_id, is_active=True, provider__in=providers()
    ).exists()


@transaction.atomic
def connect_account(
    *, theater_id: int, provider: str, settings: Texts | None = None, secrets: Texts | None = None
) -> ProviderAccount:
    """Adds an account, which takes the theater's money from now on if it is complete.

    One that the theater had with this provider is used no more, but for refunds of what was paid to
    it. Raises NotFound, UnknownProvider or WrongAccountSettings.
    """
    _lock_theater(theater_id)
    fields_of(provider)
    key = random.token_hex(16)
    account = ProviderAccount(theater_id=theater_id, provider=provider, key=key, secrets="")
    account.is_active = False
    return _filled(account, settings or {}, secrets or {}, is_active=None)


@transaction.atomic
def change_account(
    *,
    account: ProviderAccount,
    changes: Mapping[str, Any],
    expected: Collection[str] | None = None,
) -> ProviderAccount:
    """Changes single settings and secrets, an empty text removes one, or `is_active`. An account
    that becomes complete is used from now on; its `key` stays, and so its webhook's address. With
    new secrets, its stuck refunds are sent again.

    Raises NotFound, WrongAccountSettings, AccountIncomplete, InUse if it would be of another mode
    than what was paid to it, or the theater could no more be paid online, or PreconditionFailed.
    """
    theater = _lock_theater(account.theater_id)
    row = ProviderAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    require_version(row, expected)
    was_test, was_active = row.is_test, row.is_active
    parts = (changes.get(part, {}) for part in PARTS)
    row = _filled(row, *parts, is_active=changes.get("is_active"))
    if row.is_test != was_test and Payment.objects.filter(account=row).exists():
        raise InUse("It has payments of its other mode. Connect another account instead.")
    if changes.get("secrets"):
        try_all_again(account_id=row.pk)
    if was_active and not row.is_active and theater.pays != Pays.COUNTER:
        _check_another(theater)
    return row


def missing_in(account: ProviderAccount) -> list[str]:
    """Returns the names of what the account still needs."""
    faults = registry.faults_of(account.provider, _all_of(account))
    return sorted(name for name, why in faults.items() if why == NEEDED)


def secrets_in(account: ProviderAccount) -> list[str]:
    """Returns the names of the secrets that the account has."""
    return sorted(_readable(account))


def webhook_of(account: ProviderAccount) -> str:
    """Returns the address that the owner gives to the provider."""
    path = reverse("webhook", kwargs={"provider": account.provider, "key": account.key})
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def _lock_theater(theater_id: int) -> Theater:
    theater = Theater.objects.select_for_update(no_key=True).filter(pk=theater_id).first()
    if theater is None:
        raise NotFound
    return theater


def _filled(
    account: ProviderAccount, settings: Texts, secrets: Texts, *, is_active: bool | None
) -> ProviderAccount:
    """Saves the account with these values in place of its own; it is active if it can be and
    nobody has said otherwise."""
    was_complete = bool(account.pk) and not missing_in(account)
    hidden = _without_empty({**_readable(account), **secrets})
    account.settings = _without_empty({**account.settings, **settings})
    _check(account, hidden)
    account.secrets = encrypt(json.dumps(hidden)) if hidden else ""
    is_complete = not missing_in(account)
    account.is_active = _active(account, is_active, is_complete, was_complete)
    if is_complete:
        account.is_test = registry.provider_of(account.provider, _all_of(account)).is_test
    if account.is_active:
        of_it = ProviderAccount.objects.filter(
            theater=account.theater_id, provider=account.provider, is_active=True
        )
        of_it.exclude(pk=account.pk).update(is_active=False)
    account.save()
    return account


def _active(
    account: ProviderAccount, wanted: bool | None, is_complete: bool, was_complete: bool
) -> bool:
    if not is_complete and (wanted or account.is_active):
        raise AccountIncomplete(field="is_active")
    if wanted is None:
        return account.is_active or (is_complete and not was_complete)
    return wanted


def _check(account: ProviderAccount, secrets: Texts) -> None:
    """Checks all values, and that each is where it belongs. Raises WrongAccountSettings."""
    kinds = {field.name: PARTS[field.is_secret] for field in fields_of(account.provider)}
    faults = {}
    for part, values in (("settings", account.settings), ("secrets", secrets)):
        wrong = registry.faults_of(account.provider, values)
        for name in values:
            if name in wrong:
                faults[f"{part}.{name}"] = wrong[name]
            elif kinds[name] != part:
                faults[f"{part}.{name}"] = f"This belongs into `{kinds[name]}`."
    if faults:
        raise WrongAccountSettings(faults=faults)


def _check_another(theater: Theater) -> None:
    if not has_account(theater.pk):
        raise InUse("The theater is paid online: connect another account, or change `pays`, first.")


def _all_of(account: ProviderAccount) -> dict[str, str]:
    return {**account.settings, **_readable(account)}


def _readable(account: ProviderAccount) -> dict[str, str]:
    found: dict[str, str] = json.loads(decrypt(account.secrets) or "{}") if account.secrets else {}
    return found


def _without_empty(values: Texts) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
