"""Making, changing and deleting ticket types and vouchers.

What a booking has used is copied to its tickets: a change affects only what is booked later.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from core.failures import InUse, InvalidInput, NotFound
from core.versions import require_version
from pricing.models import PriceKind, TicketType, Voucher
from shows.start_times import to_utc
from theaters.currencies import WITHOUT_DECIMALS, NotWhole
from theaters.models import Theater
from theaters.services import NameTaken

Row = TypeVar("Row", TicketType, Voucher)
Expected = Collection[str] | None
PERIOD = ("valid_from", "valid_until")
FIRST_YEAR, LAST_YEAR = 2000, 2100


class ValueDoesNotFit(InvalidInput):
    """The `value` does not fit the `kind`: `share` is of 0 to 100 percent, `amount` an amount, and
    what is `as_is` has none."""

    code = "value_does_not_fit"
    title = "The value does not fit the kind"
    remedy = "Send `kind` and `value` together: percent for a share, an amount, 0 for `as_is`."
    example = {"field": "value"}


class CodeTaken(InvalidInput):
    """Another voucher of the theater has this code."""

    code = "code_taken"
    title = "That code is taken"
    remedy = "Choose a code that no other voucher of the theater has."
    example = {"field": "code"}


class PeriodIsEmpty(InvalidInput):
    """The voucher would end before it begins."""

    code = "period_is_empty"
    title = "It would end before it begins"
    remedy = "Let `valid_until` be later than `valid_from`."
    example = {"field": "valid_until"}


@transaction.atomic
def add_ticket_type(*, theater_id: int, **fields: Any) -> TicketType:
    """Adds a ticket type to the theater. Raises NotFound, ValueDoesNotFit, NotWhole or
    NameTaken."""
    theater = _locked(theater_id)
    return _saved(TicketType(theater=theater, **_priced(fields, theater)), fields, _name_taken())


@transaction.atomic
def change_ticket_type(
    *, ticket_type: TicketType, changes: Mapping[str, Any], expected: Expected = None
) -> TicketType:
    """Changes the given fields. Raises what `add_ticket_type` does, or PreconditionFailed."""
    theater, row = _locked_row(ticket_type, expected)
    return _changed(row, _priced(changes, theater, row), _name_taken())


@transaction.atomic
def delete_ticket_type(*, ticket_type: TicketType, expected: Expected = None) -> None:
    """Deletes it; tickets that were sold with it keep its name. Raises PreconditionFailed."""
    _locked_row(ticket_type, expected)[1].delete()


@transaction.atomic
def add_voucher(*, theater_id: int, movies: Collection[Any] = (), **fields: Any) -> Voucher:
    """Adds a voucher to the theater, for these movies only if there are any.

    Times without an offset are in the theater's local time. Raises NotFound, ValueDoesNotFit,
    NotWhole, PeriodIsEmpty, CodeTaken, NonexistentLocalTime or AmbiguousLocalTime.
    """
    theater = _locked(theater_id)
    fields = _timed(_priced({"kind": PriceKind.SHARE, **fields}, theater), theater)
    voucher = _saved(Voucher(theater=theater, **fields), fields, _code_taken())
    voucher.movies.set(movies)
    return voucher


@transaction.atomic
def change_voucher(
    *, voucher: Voucher, changes: Mapping[str, Any], expected: Expected = None
) -> Voucher:
    """Changes the given fields. Raises what `add_voucher` does, or PreconditionFailed."""
    theater, row = _locked_row(voucher, expected)
    columns = {name: value for name, value in changes.items() if name != "movies"}
    columns = _timed(_priced(columns, theater, row), theater, row)
    row = _changed(row, columns, _code_taken())
    if "movies" in changes:
        row.movies.set(changes["movies"])
    return row


def delete_voucher(*, voucher: Voucher, expected: Expected = None) -> None:
    """Deletes it. Raises InUse if a booking has used it, or PreconditionFailed."""
    try:
        with transaction.atomic():
            _locked_row(voucher, expected)[1].delete()
    except IntegrityError:  # ProtectedError is one
        raise InUse("It was used: let it end instead, with `valid_until`.") from None


def _locked(theater_id: int) -> Theater:
    """Locks the theater against other changes of what it sells by."""
    theater = Theater.objects.select_for_update(no_key=True).filter(pk=theater_id).first()
    if theater is None:
        raise NotFound
    return theater


def _locked_row(row: Row, expected: Expected) -> tuple[Theater, Row]:
    """Locks the row and its theater; returns both as they are then."""
    theater = _locked(row.theater_id)
    found: Row | None = type(row).objects.select_for_update(no_key=True).filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    require_version(found, expected)
    return theater, found


def _priced(
    fields: Mapping[str, Any], theater: Theater, row: TicketType | Voucher | None = None
) -> dict[str, Any]:
    """Returns the fields, with the value that the kind has if none is given."""
    kind = fields.get("kind", row.kind if row else PriceKind.AS_IS)
    given: Decimal | None = fields.get("value")
    if given is None and row and kind == row.kind:
        return dict(fields)
    value = Decimal(0) if given is None and kind == PriceKind.AS_IS else given
    most = {PriceKind.AS_IS: 0, PriceKind.SHARE: 100}.get(PriceKind(kind))
    if value is None or (most is not None and value > most):
        raise ValueDoesNotFit(field="value")
    if kind == PriceKind.AMOUNT and theater.currency in WITHOUT_DECIMALS and value % 1:
        raise NotWhole(field="value")
    return {**fields, "kind": kind, "value": value}


def _timed(
    fields: Mapping[str, Any], theater: Theater, row: Voucher | None = None
) -> dict[str, Any]:
    """Returns the fields with times in UTC."""
    zone = ZoneInfo(theater.timezone)
    times = {name: _moment(fields[name], zone, name) for name in PERIOD if name in fields}
    begin, end = (times.get(name, getattr(row, name, None)) for name in PERIOD)
    if times and begin and end and begin >= end:
        raise PeriodIsEmpty(field="valid_until")
    return {**fields, **times}


def _moment(moment: datetime | None, zone: ZoneInfo, field: str) -> datetime | None:
    if moment is None:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InvalidInput(f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}.", field=field)
    return to_utc(moment, zone, field=field)


def _changed(row: Row, columns: Mapping[str, Any], taken: InvalidInput) -> Row:
    for name, value in columns.items():
        setattr(row, name, value)
    return _saved(row, columns, taken) if columns else row


def _saved(row: Row, columns: Collection[str], taken: InvalidInput) -> Row:
    """Saves the row; the only constraint that input can break by now is the unique one."""
    try:
        with transaction.atomic():
            row.save(update_fields=columns if row.pk else None)
    except IntegrityError:
        raise taken from None
    return row


def _name_taken() -> InvalidInput:
    return NameTaken(field="name")


def _code_taken() -> InvalidInput:
    return CodeTaken(field="code")
