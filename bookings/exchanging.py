"""Exchanging a ticket for another seat, of its show or of another one of the theater.

What costs the same or less is exchanged at once. A dearer seat is kept for the booking until the
difference is paid; until then the old ticket stays valid, and when the money comes everything is
judged again. Locks: user, shows by id, booking, ticket, all seats by id, payments.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from bookings.booking import PaymentNotOffered, PriceChanged
from bookings.cancelling import (
    AlreadyUsed,
    BookingPending,
    LockedBooking,
    UnknownTickets,
    lock_booking,
    terms_of,
)
from bookings.exchange_limits import deadline_of, require_few_tickets
from bookings.exchange_places import Place, lock_places
from bookings.exchanges import CAN_BE_DONE, JOINS
from bookings.models import BookingStatus, TicketStatus
from bookings.owing import settle
from bookings.refund_policy import Terms, TooLate
from bookings.tasks import mail_booking_exchanged
from core.failures import Busy, DoesNotExist, Failure, InvalidInput
from core.jobs import queue
from core.postgres.rows import execute, rows_of
from pricing.quote import Line, VoucherTerms
from pricing.quoting import quote_seat
from shows.choosing import require_no_single_seat
from shows.holding import ShowNotOnSale, UnknownSeats, seats_unavailable
from shows.seats import AVAILABLE, FREE_FOR_ME, NOT_HELD, PRICE
from theaters.currencies import digits_of
from users.accounts import lock_user
from users.models import User


class OtherTickets(Failure):
    """A booking is of one show: a ticket can go to another one only if it is the booking's only
    valid ticket."""

    code = "other_tickets"
    title = "The booking has other tickets for this show"
    remedy = "Choose another seat of the same show, or cancel the ticket and book the other show."


LOCK_TICKET = """
SELECT id, status, used_at IS NOT NULL, seat_id, type, price - discount + fee, discount, fee
FROM bookings_ticket WHERE booking_id = %(booking)s AND code = %(code)s FOR NO KEY UPDATE
"""
HAS_OTHERS = """
SELECT EXISTS (SELECT FROM bookings_ticket
               WHERE booking_id = %(booking)s AND id <> %(ticket)s AND status = 'valid')
"""
# A voucher goes along to a show of a film that it is for.
VOUCHER = """
SELECT voucher.kind, voucher.value
FROM bookings_booking booking JOIN pricing_voucher voucher ON voucher.id = booking.voucher_id
WHERE booking.id = %(booking)s
  AND (NOT EXISTS (SELECT FROM pricing_voucher_movies WHERE voucher_id = voucher.id)
       OR EXISTS (SELECT FROM pricing_voucher_movies chosen
                  JOIN shows_show show ON show.movie_id = chosen.movie_id
                  WHERE chosen.voucher_id = voucher.id AND show.id = %(show)s))
"""
EARLIER = f"""
SELECT wanted.id, wanted.seat_id FROM {JOINS}
WHERE exchange.booking_id = %(booking)s AND exchange.status = 'open'
"""  # noqa: S608
GIVE_UP = f"""
WITH over AS (
  UPDATE bookings_exchange SET status = 'given_up'
  WHERE booking_id = %(booking)s AND status = 'open'
), void AS (
  UPDATE bookings_ticket SET status = 'void'
  WHERE id = ANY(%(tickets)s::bigint[]) AND status = 'pending'
)
UPDATE shows_seat seat SET {AVAILABLE}
WHERE id = ANY(%(seats)s::bigint[]) AND kept_for = %(booking)s
"""  # noqa: S608
LOCK_SEATS = f"""
SELECT seat.id, seat.show_id = %(show)s AND seat.label = %(label)s,
       {FREE_FOR_ME} OR coalesce(seat.kept_for = %(booking)s, false)
FROM shows_seat seat
WHERE seat.id = ANY(%(seats)s::bigint[]) OR seat.show_id = %(show)s AND seat.label = %(label)s
ORDER BY seat.id FOR UPDATE
"""  # noqa: S608
MAKE_TICKET = """
INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, type, price, discount, fee,
                             tax_rate, tax, status)
VALUES (%(booking)s, %(seat)s, encode(uuid_send(gen_random_uuid()), 'hex'), %(label)s, %(category)s,
        %(type)s, %(price)s, %(discount)s, %(fee)s, %(tax_rate)s, %(tax)s, 'pending')
RETURNING id
"""
OPEN = """
WITH opened AS (
  INSERT INTO bookings_exchange (booking_id, old_id, new_id, difference, status, pay_until)
  VALUES (%(booking)s, %(old)s, %(new)s, %(difference)s, 'open', %(until)s)
)
UPDATE shows_seat SET status = 'kept', held_by_id = NULL, held_since = NULL,
  held_until = %(until)s, kept_for = %(booking)s
WHERE id = %(seat)s
"""
COMPLETE = f"""
WITH void AS (
  UPDATE bookings_ticket SET status = 'void', kept = %(kept)s WHERE id = %(old)s RETURNING issue
), valid AS (
  UPDATE bookings_ticket ticket
  SET status = 'valid', replaces_id = %(old)s, issue = void.issue + 1
  FROM void WHERE ticket.id = %(new)s
), freed AS (
  UPDATE shows_seat seat SET {AVAILABLE}, price = {PRICE}
  FROM shows_show show WHERE seat.id = %(old_seat)s::bigint AND show.id = seat.show_id
), taken AS (
  UPDATE shows_seat seat SET status = 'booked', {NOT_HELD} WHERE id = %(seat)s
), done AS (
  UPDATE bookings_exchange SET status = 'done' WHERE new_id = %(new)s
)
UPDATE bookings_booking booking
SET total = total + %(difference)s, show_id = seat.show_id,
    free_cancellation = (booking.free_cancellation AND booking.show_id = seat.show_id)
FROM shows_seat seat WHERE booking.id = %(booking)s AND seat.id = %(seat)s
"""  # noqa: S608
# After the booking's lock. Whoever is being let in with the old ticket is waited for.
AWAITED = f"""
SELECT exchange.difference, given.id, given.seat_id, wanted.id, wanted.label, seat.id,
       seat.show_id, show.status = 'scheduled'
FROM {JOINS} JOIN shows_seat seat ON seat.id = wanted.seat_id
JOIN shows_show show ON show.id = seat.show_id
WHERE exchange.booking_id = %(booking)s AND exchange.difference = %(paid)s AND {CAN_BE_DONE}
ORDER BY exchange.id DESC LIMIT 1 FOR NO KEY UPDATE OF given FOR NO KEY UPDATE OF wanted
"""  # noqa: S608


class LockedTicket(NamedTuple):
    """A locked ticket; `total` is what it costs, fee included."""

    id: int
    status: str
    is_used: bool
    seat_id: int | None
    type: str
    total: Decimal
    discount: Decimal
    fee: Decimal


class Exchanged(NamedTuple):
    """The booking's id, and whether the difference has to be paid first. The new ticket costs
    `total`; of a paid one, `due` is still to be paid, or `refund` comes back, of which the theater
    keeps `kept`."""

    booking_id: int
    is_open: bool
    total: Decimal
    due: Decimal
    refund: Decimal
    kept: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Wish:
    """For the ticket with this code, the seat with this label, of its show if none is named.
    `total` is what the new ticket is expected to cost."""

    ticket: str
    seat: str
    show: int | None = None
    total: Decimal | None = None


@transaction.atomic(savepoint=False)
def exchange_ticket(*, user: User, reference: str, wish: Wish) -> Exchanged:
    """Exchanges a valid, unused ticket as long as the booking could be cancelled.

    Of a difference, the share of the theater's policy comes back; the fee stays what it was. To
    another show a customer's ticket goes while the policy gives the whole price back; cancelling
    that is free, because its show was moved, is so no more. A dearer ticket waits until the
    difference is paid, and takes the place of one that waits already: a customer's together at most
    HOLD_LASTS_AT_MOST from the first, until a pause that is as long. What is still to be paid at
    the counter just changes.
    Raises NotFound, AlreadyCancelled, BookingPending, TooLate, UnknownTickets, AlreadyUsed,
    DoesNotExist, ShowNotOnSale, OtherTickets, TooManyTickets, UnknownSeats, SeatsUnavailable,
    PaymentNotOffered, PriceChanged, HoldExhausted, SingleSeatLeft or what a quote raises, and then
    changes nothing.
    """
    if wish.show is not None:
        lock_user(user.pk)  # so that nothing else changes how many tickets they have
    places = lock_places(reference, wish.show)
    booking = lock_booking(user=user, reference=reference)
    if booking.status != BookingStatus.CONFIRMED:
        raise BookingPending
    terms = terms_of(booking)
    ticket = _lock_ticket(booking, wish.ticket)
    place = _place_of(booking, ticket, wish.show, places)
    if place.show_id != booking.show_id and not booking.waives:
        _require_may_change_show(user, booking, terms, place)
    seat_id = _take_seat(user, booking, ticket, place, wish.seat)
    line = _price(booking, ticket, place, wish)
    difference = line.total - ticket.total
    is_open = booking.is_paid and difference > 0
    if is_open and not (place.is_paid_online or booking.sells):
        raise PaymentNotOffered(field="seat")
    kept = _kept(-difference, terms, booking)
    values = {
        "booking": booking.id,
        "old": ticket.id,
        "old_seat": ticket.seat_id,
        "seat": seat_id,
        "difference": difference,
        "kept": kept,
        "until": _kept_until(booking, place) if is_open else None,
    }
    ((values["new"],),) = rows_of(MAKE_TICKET, {**values, **_columns(line)})
    execute(OPEN if is_open else COMPLETE, values)
    if place.insists and not booking.sells:
        require_no_single_seat(show_id=place.show_id, labels=[wish.seat])
    if not is_open:
        settle([booking.id], "exchanged")
        queue.defer(mail_booking_exchanged, booking_id=booking.id)
    paid = difference if booking.is_paid else Decimal(0)
    return Exchanged(
        booking_id=booking.id,
        is_open=is_open,
        total=line.total,
        due=max(paid, Decimal(0)),
        refund=max(-paid - kept, Decimal(0)),
        kept=kept,
        currency=booking.currency,
    )


@transaction.atomic
def quote_exchange(*, user: User, reference: str, wish: Wish) -> Exchanged:
    """Returns what `exchange_ticket` would do, and undoes it: so it is judged by all the same.

    Raises what `exchange_ticket` does.
    """
    done = exchange_ticket(user=user, reference=reference, wish=wish)
    transaction.set_rollback(True)
    return done


def complete_exchange(*, booking_id: int, paid: Decimal, shows: Collection[int]) -> bool:
    """Does the exchange of a locked booking whose difference has been paid, if its ticket is still
    valid and unused and its seat can be had. Returns whether it was done.

    `shows` are locked. Raises Busy if it is of another one.
    """
    found = rows_of(AWAITED, {"booking": booking_id, "paid": paid})
    if not found:
        return False
    difference, old, old_seat, new, label, seat, show, is_scheduled = found[0]
    if show not in shows:
        raise Busy
    values = {"booking": booking_id, "show": show, "label": label, "user": None}
    seats = rows_of(LOCK_SEATS, {**values, "seats": [old_seat, seat]})
    if not is_scheduled or not any(is_it and is_free for _, is_it, is_free in seats):
        return False
    ids = {"booking": booking_id, "old": old, "old_seat": old_seat, "new": new, "seat": seat}
    execute(COMPLETE, {**ids, "difference": difference, "kept": 0})
    queue.defer(mail_booking_exchanged, booking_id=booking_id)
    return True


def _lock_ticket(booking: LockedBooking, code: str) -> LockedTicket:
    rows = rows_of(LOCK_TICKET, {"booking": booking.id, "code": code})
    if not rows or rows[0][1] != TicketStatus.VALID:
        raise UnknownTickets(field="ticket")
    ticket = LockedTicket(*rows[0])
    if ticket.is_used:
        raise AlreadyUsed
    return ticket


def _place_of(
    booking: LockedBooking, ticket: LockedTicket, show: int | None, places: dict[int, Place]
) -> Place:
    """Returns the show to which the ticket goes."""
    here, there = places.get(booking.show_id), places.get(show or booking.show_id)
    if here is None:  # another exchange has moved the booking
        raise Busy
    if there is None or there.theater_id != here.theater_id:
        raise DoesNotExist(field="show")
    if not there.is_scheduled or there.sold_until(sells=booking.sells) <= there.now:
        raise ShowNotOnSale
    if there is not here:
        ((has_others,),) = rows_of(HAS_OTHERS, {"booking": booking.id, "ticket": ticket.id})
        if has_others:
            raise OtherTickets
    return there


def _require_may_change_show(
    user: User, booking: LockedBooking, terms: Terms, place: Place
) -> None:
    """Raises TooLate or TooManyTickets."""
    if terms.share < 100:  # by the other show's time, more might come back
        raise TooLate
    if booking.sells:
        return
    require_few_tickets(user_id=user.pk, booking_id=booking.id, show_id=place.show_id)


def _take_seat(
    user: User, booking: LockedBooking, ticket: LockedTicket, place: Place, label: str
) -> int:
    """Locks both seats, with those of an earlier exchange, which is given up, and returns the id of
    the new one."""
    values = {"booking": booking.id, "user": user.pk, "show": place.show_id, "label": label}
    earlier = rows_of(EARLIER, values)
    kept = [seat for _, seat in earlier]
    seats = rows_of(LOCK_SEATS, {**values, "seats": [ticket.seat_id, *kept]})
    wanted = next(((pk, is_free) for pk, is_it, is_free in seats if is_it), None)
    if wanted is None:
        raise UnknownSeats(f"The show has no seat {label}.", field="seat")
    if not wanted[1]:
        raise seats_unavailable([label])
    if earlier:
        execute(GIVE_UP, {**values, "tickets": [pk for pk, _ in earlier], "seats": kept})
    return int(wanted[0])


def _price(booking: LockedBooking, ticket: LockedTicket, place: Place, wish: Wish) -> Line:
    found = rows_of(VOUCHER, {"booking": booking.id, "show": place.show_id})
    voucher = VoucherTerms(*found[0]) if found else None
    if voucher and voucher.kind == "amount":
        voucher = VoucherTerms(voucher.kind, ticket.discount)
    try:
        line = quote_seat(
            show_id=place.show_id,
            label=wish.seat,
            kind=ticket.type,
            voucher=voucher,
            fee=ticket.fee,
        )
    except InvalidInput as failure:
        raise type(failure)(field="seat") from failure
    if wish.total not in (None, line.total):
        raise PriceChanged(total=f"{line.total:.2f}")
    return line


def _kept_until(booking: LockedBooking, place: Place) -> datetime:
    """Returns until when a dearer seat is kept to be paid. Raises HoldExhausted."""
    until = min(place.pay_within, place.sold_until(sells=booking.sells))
    if booking.sells:
        return until
    return min(until, deadline_of(booking.id))


def _kept(cheaper: Decimal, terms: Terms, booking: LockedBooking) -> Decimal:
    """Returns what the theater keeps of what a paid ticket is cheaper by."""
    if not booking.is_paid or cheaper <= 0:
        return Decimal(0)
    return cheaper - terms.given_back(cheaper, Decimal(0), digits_of(booking.currency))


def _columns(line: Line) -> dict[str, object]:
    names = ("label", "category", "type", "price", "discount", "fee", "tax_rate", "tax")
    return {name: getattr(line, name) for name in names}
