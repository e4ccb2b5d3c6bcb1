"""What can be done with theaters and screens.

Whoever changes what shows are made from, or takes it away, locks the theater `FOR UPDATE`; whoever
makes a show locks it `FOR KEY SHARE` (shows.scheduling): the two never pass each other.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.failures import InUse, InvalidInput, NotFound
from core.versions import require_version
from theaters.currencies import CURRENCIES
from theaters.models import Screen, Theater
from users.models import User

STAYS = "Those never booked can be deleted first; with any other it stays for the books."


class UnknownTimezone(InvalidInput):
    """The name is not one of the IANA time zone database."""

    code = "unknown_timezone"
    title = "There is no such time zone"
    remedy = "Send an IANA name such as `Europe/Berlin`, in exactly that spelling."
    example = {"field": "timezone"}


class UnknownCurrency(InvalidInput):
    """The code is not one of ISO 4217, or of a currency with three decimals."""

    code = "unknown_currency"
    title = "Prices cannot be in that currency"
    remedy = "Send a code of ISO 4217 such as `EUR`, of a currency with at most two decimals."
    example = {"field": "currency"}


class NameTaken(InvalidInput):
    """Another screen of the theater has this name."""

    code = "name_taken"
    title = "That name is taken"
    remedy = "Choose a name that no other screen of the theater has."
    example = {"field": "name"}


@cache
def timezones() -> frozenset[str]:
    """Those that name a place or UTC; `localtime` and `Factory` name whatever the machine has."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _check(fields: Mapping[str, Any]) -> None:
    if fields.get("timezone", "UTC") not in timezones():
        raise UnknownTimezone(field="timezone")
    if fields.get("currency", "USD") not in CURRENCIES:
        raise UnknownCurrency(field="currency")


def _fixed_by_shows(theater: Theater) -> dict[str, str]:
    return {"timezone": theater.timezone, "currency": theater.currency}


def _locked(theater_id: int) -> Theater:
    """The theater, which nobody else changes and in which no show is made until the end."""
    theater = Theater.objects.select_for_update().filter(pk=theater_id).first()
    if theater is None:
        raise NotFound
    return theater


def open_theater(*, owner: User, **fields: Any) -> Theater:
    """A theater with one screen of 10 × 10. Raises UnknownTimezone, UnknownCurrency."""
    _check(fields)
    with transaction.atomic():
        theater = Theater.objects.create(owner=owner, **fields)
        Screen.objects.create(theater=theater, name="Screen 1")
    return theater


@transaction.atomic
def change_theater(
    *, theater_id: int, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Theater:
    """Raises InUse on another zone or currency once there are shows, whose times and prices
    they give a meaning to; UnknownTimezone, UnknownCurrency; PreconditionFailed unless the theater
    is in a version that is `expected`."""
    theater = _locked(theater_id)
    require_version(theater, expected)
    old = _fixed_by_shows(theater)
    refit = {name: changes[name] for name in old if changes.get(name, old[name]) != old[name]}
    _check(refit)
    if refit and Theater.objects.with_shows().filter(pk=theater_id).exists():
        raise InUse("Its time zone and currency cannot change: the theater has shows.")
    for name, value in changes.items():
        setattr(theater, name, value)
    theater.save(update_fields=changes)
    return theater


def delete_theater(*, theater_id: int, expected: Collection[str] | None = None) -> None:
    """Takes its screens along. Raises InUse if there was ever a show, PreconditionFailed."""
    try:
        with transaction.atomic():
            theater = _locked(theater_id)
            require_version(theater, expected)
            theater.delete()
    except (ProtectedError, IntegrityError):
        raise InUse(f"The theater has shows. {STAYS}") from None


def add_screen(*, theater_id: int, **fields: Any) -> Screen:
    """Raises NameTaken."""
    try:
        with transaction.atomic():
            return Screen.objects.create(theater=_locked(theater_id), **fields)
    except IntegrityError:
        raise NameTaken(field="name") from None


def _locked_screen(screen: Screen) -> Screen:
    """The screen as it is while its theater is locked."""
    _locked(screen.theater_id)
    found = Screen.objects.filter(pk=screen.pk).first()
    if found is None:
        raise NotFound
    return found


def change_screen(
    *, screen: Screen, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Screen:
    """Counts for shows that are made later. Raises NameTaken, PreconditionFailed."""
    try:
        with transaction.atomic():
            screen = _locked_screen(screen)
            require_version(screen, expected)
            for name, value in changes.items():
                setattr(screen, name, value)
            screen.save(update_fields=changes)
    except IntegrityError:
        raise NameTaken(field="name") from None
    return screen


def delete_screen(*, screen: Screen, expected: Collection[str] | None = None) -> None:
    """Raises InUse if there was ever a show, PreconditionFailed."""
    try:
        with transaction.atomic():
            screen = _locked_screen(screen)
            require_version(screen, expected)
            screen.delete()
    except (ProtectedError, IntegrityError):
        raise InUse(f"There are shows on this screen. {STAYS}") from None
