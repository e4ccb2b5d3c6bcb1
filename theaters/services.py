"""Opening, changing and deleting theaters and screens.

These functions lock the theater `FOR UPDATE`; scheduling a show locks it `FOR KEY SHARE`
(shows.scheduling). So a show is never made from what is being changed or deleted.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from core.failures import InUse, InvalidInput, NotFound
from core.versions import require_version
from theaters.currencies import CURRENCIES
from theaters.models import Screen, Theater
from users.models import User

KEPT = (
    "Shows that were never booked can be deleted first; those that were booked are kept for "
    "accounting, and what they need with them."
)


class UnknownTimezone(InvalidInput):
    """The name is not in the IANA time zone database."""

    code = "unknown_timezone"
    title = "There is no such time zone"
    remedy = "Send an IANA name such as `Europe/Berlin`, in exactly that spelling."
    example = {"field": "timezone"}


class UnknownCurrency(InvalidInput):
    """The code is not in ISO 4217, or its currency has three decimals."""

    code = "unknown_currency"
    title = "Prices cannot be in that currency"
    remedy = "Send an ISO 4217 code such as `EUR`, of a currency with at most two decimals."
    example = {"field": "currency"}


class NameTaken(InvalidInput):
    """Another screen, or another ticket type, of the theater has this name."""

    code = "name_taken"
    title = "That name is taken"
    remedy = "Choose a name that no other of the theater has."
    example = {"field": "name"}


@cache
def timezones() -> frozenset[str]:
    """Returns the names of time zones, without two that mean whatever the machine is set to."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _check(fields: Mapping[str, Any]) -> None:
    if fields.get("timezone", "UTC") not in timezones():
        raise UnknownTimezone(field="timezone")
    if fields.get("currency", "USD") not in CURRENCIES:
        raise UnknownCurrency(field="currency")


def _fixed_by_shows(theater: Theater) -> dict[str, str]:
    return {"timezone": theater.timezone, "currency": theater.currency}


def _locked(theater_id: int) -> Theater:
    """Locks the theater against changes and new shows until the transaction ends."""
    theater = Theater.objects.select_for_update().filter(pk=theater_id).first()
    if theater is None:
        raise NotFound
    return theater


def open_theater(*, owner: User, **fields: Any) -> Theater:
    """Makes a theater with one screen of 10 × 10. Raises UnknownTimezone or UnknownCurrency."""
    _check(fields)
    with transaction.atomic():
        theater = Theater.objects.create(owner=owner, **fields)
        Screen.objects.create(theater=theater, name="Screen 1")
    return theater


@transaction.atomic
def change_theater(
    *, theater_id: int, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Theater:
    """Changes the given fields.

    Raises NotFound, UnknownTimezone, UnknownCurrency, InUse if it has shows and its time zone or
    currency would change the meaning of theirs, or PreconditionFailed unless its version is one of
    the `expected`.
    """
    theater = _locked(theater_id)
    require_version(theater, expected)
    old = _fixed_by_shows(theater)
    new = {name: changes[name] for name in old if changes.get(name, old[name]) != old[name]}
    _check(new)
    if new and Theater.objects.with_shows().filter(pk=theater_id).exists():
        raise InUse("Its time zone and currency cannot change: the theater has shows.")
    for name, value in changes.items():
        setattr(theater, name, value)
    theater.save(update_fields=changes)
    return theater


def delete_theater(*, theater_id: int, expected: Collection[str] | None = None) -> None:
    """Deletes the theater and its screens. Raises InUse if it has shows, or PreconditionFailed."""
    try:
        with transaction.atomic():
            theater = _locked(theater_id)
            require_version(theater, expected)
            theater.delete()
    except IntegrityError:  # ProtectedError is one
        raise InUse(f"The theater has shows. {KEPT}") from None


def add_screen(*, theater_id: int, **fields: Any) -> Screen:
    """Adds a screen to the theater. Raises NameTaken."""
    try:
        with transaction.atomic():
            return Screen.objects.create(theater=_locked(theater_id), **fields)
    except IntegrityError:
        raise NameTaken(field="name") from None


def _locked_screen(screen: Screen) -> Screen:
    """Locks the screen's theater, and returns the screen as it is then."""
    _locked(screen.theater_id)
    found = Screen.objects.filter(pk=screen.pk).first()
    if found is None:
        raise NotFound
    return found


def change_screen(
    *, screen: Screen, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Screen:
    """Changes the screen for shows that are made later. Raises NameTaken or PreconditionFailed."""
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
    """Deletes the screen. Raises InUse if it has shows, or PreconditionFailed."""
    try:
        with transaction.atomic():
            screen = _locked_screen(screen)
            require_version(screen, expected)
            screen.delete()
    except IntegrityError:  # ProtectedError is one
        raise InUse(f"There are shows on this screen. {KEPT}") from None
