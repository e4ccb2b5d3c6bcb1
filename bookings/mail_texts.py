"""Bookings as the texts of their mails, in the theater's local time and currency."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from bookings.guests import key_of
from bookings.models import (
    Booking,
    BookingStatus,
    Exchange,
    ExchangeStatus,
    Ticket,
    TicketStatus,
)
from bookings.tickets.words import Words
from pricing.models import Voucher
from theaters.models import Theater


def describe(booking: Booking, words: Words) -> dict[str, object]:
    """Returns the booking as texts for the templates."""
    show, theater = booking.show, booking.show.screen.theater
    tickets = _tickets(booking)
    return {
        "name": _name(booking),
        "reference": booking.reference,
        "is_cancelled": booking.status == BookingStatus.CANCELLED,
        "is_to_be_paid": booking.status == BookingStatus.PENDING,
        "is_expired": booking.status == BookingStatus.EXPIRED,
        "movie": show.movie.title,
        **_times(show.starts_at.astimezone(ZoneInfo(theater.timezone)), words),
        "theater": theater.name,
        "screen": show.screen.name,
        "address": ", ".join(filter(None, (theater.address, theater.city))),
        "tickets": [_ticket(each, theater.currency, words) for each in tickets],
        **_sums(booking, tickets, theater.currency, words),
        "reason": show.cancel_reason,
        "is_broken_off": bool(show.cancelled_at and show.cancelled_at >= show.starts_at),
        **_voucher(booking.given_voucher, theater.currency, words),
        "move_reason": show.move_reason,
        "pay_until": _moment(booking.pay_until, theater, words) if booking.pay_until else "",
        "link": _link(booking),
        "seller": words.sold_by(theater.legal_name, theater.legal_address, theater.tax_id),
        "terms_url": theater.terms_url,
    }


def _tickets(booking: Booking) -> list[Ticket]:
    """Returns those that are valid or to be paid; of a cancelled booking, all that it had."""
    is_cancelled = booking.status == BookingStatus.CANCELLED
    gone = {TicketStatus.VOID}
    if booking.status == BookingStatus.CONFIRMED:
        gone.add(TicketStatus.PENDING)  # it waits for an exchange to be paid
    return [each for each in booking.tickets.all() if is_cancelled or each.status not in gone]


def _times(starts_at: datetime, words: Words) -> dict[str, object]:
    return {
        "date": words.date(starts_at),
        "short_date": words.short_date(starts_at),
        "time": words.time(starts_at),
        "zone": words.zone(starts_at),
    }


def _ticket(ticket: Ticket, currency: str, words: Words) -> dict[str, object]:
    is_live = ticket.booking.status == BookingStatus.CONFIRMED
    is_valid = is_live and ticket.status == TicketStatus.VALID
    return {
        "seat": ticket.label,
        "kind": ", ".join(filter(None, (words.named(ticket.category), ticket.type))),
        "price": words.amount(ticket.price - ticket.discount, currency),
        "code": ticket.code if is_valid else "",
    }


def _sums(
    booking: Booking, tickets: Sequence[Ticket], currency: str, words: Words
) -> dict[str, object]:
    """Returns amounts as texts; one that is nothing is empty, except the total."""
    fee = sum((each.fee for each in tickets), Decimal(0))
    total = sum((each.price - each.discount for each in tickets), fee)
    is_due = booking.status == BookingStatus.CONFIRMED and booking.paid_at is None
    amounts = {"fee": fee, "due": total if is_due else 0, "given_back": _given_back(booking)}
    written = {
        name: words.amount(Decimal(value), currency) if value else ""
        for name, value in amounts.items()
    }
    return {**written, "total": words.amount(total, currency)}


def _voucher(voucher: Voucher | None, currency: str, words: Words) -> dict[str, object]:
    if voucher is None:
        return {}
    return {"voucher": voucher.code, "voucher_worth": words.amount(voucher.value, currency)}


def _given_back(booking: Booking) -> Decimal:
    """Returns what comes back for tickets that were cancelled, or exchanged for cheaper ones."""
    if booking.paid_at is None:
        return Decimal(0)
    undone = Exchange.objects.filter(booking=booking).exclude(status=ExchangeStatus.DONE)
    never_sold = set(undone.values_list("new", flat=True))
    tickets = [each for each in booking.tickets.all() if each.pk not in never_sold]
    replaced = {each.replaces_id: _worth(each) for each in tickets if each.replaces_id}
    void = [each for each in tickets if each.status == TicketStatus.VOID]
    return sum(
        (max(_worth(each) - each.kept - replaced.get(each.pk, 0), Decimal(0)) for each in void),
        Decimal(0),
    )


def _worth(ticket: Ticket) -> Decimal:
    return ticket.price - ticket.discount + ticket.fee


def _name(booking: Booking) -> str:
    if booking.user and not booking.user.is_guest:
        return booking.user.name_in_mail
    return ""  # a name that somebody gave may be a message to a stranger


def _link(booking: Booking) -> str:
    """Returns where the client shows the booking; a guest's link opens it by its key.

    The key is in the fragment, which browsers do not send: so no server logs it.
    """
    link: str = settings.BOOKING_URL.replace("{reference}", booking.reference)
    if not link or booking.user is None or not booking.user.is_guest:
        return link
    return f"{link}{'&' if '#' in link else '#'}key={key_of(booking.reference)}"


def _moment(moment: datetime, theater: Theater, words: Words) -> str:
    local = moment.astimezone(ZoneInfo(theater.timezone))
    return f"{words.date(local)}, {words.time(local)}"
