"""Booking seats: one statement makes the booking and its tickets and takes the seats.

What has to be paid within a time is stored as pending and keeps its seats until then; its payment
confirms it (payments.arriving). All else is confirmed at once.

Every transaction here first locks the customer's user row, then a voucher, then the show against
cancelling and moving (`FOR KEY SHARE`), then the seats by id: user → voucher → show → seats.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from bookings.models import BookingStatus, Channel
from bookings.order import Order
from bookings.taking import NOT_QUOTED, WantedSeat, tried, tried_at_once
from bookings.tasks import mail_booking_confirmed, mail_booking_reserved
from core.failures import DoesNotExist, Failure, InvalidInput, PermissionDenied
from core.jobs import queue
from core.postgres.documents import Shape, money_shape
from pricing.quoting import quote_seats
from pricing.vouchers import VoucherUsedUp, lock_voucher, uses_left
from shows.choosing import require_no_single_seat
from shows.customers import lock_customer
from shows.holding import HoldExhausted, NoHold, ShowNotOnSale, seats_unavailable, unknown_seats
from shows.models import Show

READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 10
LIMIT_AND_LEFT: Shape = {
    "limit": {"type": "integer", "minimum": 0, "description": "Tickets that are allowed."},
    "left": {"type": "integer", "minimum": 0, "description": "How many more are possible."},
}


class HoldExpired(Failure):
    """Your hold lapsed before it was booked; somebody else may have the seats by now."""

    code = "hold_expired"
    title = "Your hold has expired"
    remedy = "Choose your seats again."


class TooManyTickets(Failure):
    """You would have more tickets of this show than one customer may have; you can book `left`
    more."""

    code = "too_many_tickets"
    title = "You would have too many tickets of this show"
    remedy = "Choose at most `left` seats, or ask the theater, which sells to groups."
    example = {"limit": 20, "left": 2}
    members = LIMIT_AND_LEFT


class AddressNotVerified(Failure):
    """An account whose e-mail address is not verified may have only a few tickets; you can book
    `left` more."""

    code = "address_not_verified"
    title = "Your e-mail address is not verified"
    remedy = (
        "Send the code from our mail to `auth/email/verify/`; `auth/email/resend/` mails another."
    )
    example = {"limit": 4, "left": 1}
    members = LIMIT_AND_LEFT


class TooManyPending(Failure):
    """You have as many bookings that are not paid as is allowed: those in `references`."""

    code = "too_many_pending"
    title = "You have too many bookings to pay"
    remedy = "Pay or cancel one of those in `references` first."
    example = {"references": ["K7M2QX9RTA", "P4N8WZ2HJC", "T6R3VB9KDE"]}
    members = {
        "references": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Your bookings that are not paid.",
        }
    }


class PaymentNotOffered(InvalidInput):
    """The theater is not paid in this way, or not so shortly before the show."""

    code = "payment_not_offered"
    title = "This theater cannot be paid in that way"
    remedy = "Choose one of those in `pay` of the quote."
    example = {"field": "pay"}


class ContactRequired(InvalidInput):
    """A guest has no address of their own: the booking needs a name and an e-mail address."""

    code = "contact_required"
    title = "A booking of a guest needs a name and an e-mail address"
    remedy = "Send `name` and `email`."
    example = {"field": "email"}


class PriceChanged(Failure):
    """The price is not the `total` that you expected; nothing was booked."""

    code = "price_changed"
    title = "The price has changed"
    remedy = "Show the customer the new `total`, and book again with it."
    example = {"total": "27.00"}
    members = {"total": money_shape(digits=8) | {"description": "What it costs now."}}


@transaction.atomic(savepoint=False)
def book_seats(*, user_id: int, order: Order) -> int:
    """Reserves seats as `reserve_seats` does, and confirms the booking if nothing has to be paid
    before. Returns its id."""
    made = reserve_seats(user_id=user_id, order=order)
    if made.status == BookingStatus.CONFIRMED:
        confirm_booking(made.id)
    elif made.channel == Channel.COUNTER:
        queue.defer(mail_booking_reserved, booking_id=made.id)
    return made.id


def reserve_seats(*, user_id: int, order: Order) -> "Reserved":
    """Books the user's hold on the show, or exactly the seats `labels`, in the caller's
    transaction.

    With `labels`, the rest of the hold is released. Whoever may sell for the theater may have any
    number of tickets. What has to be paid within a time is pending, its seats are kept until then.
    Raises ContactRequired, DoesNotExist, ShowNotOnSale, NoHold, HoldExpired, UnknownSeats,
    SeatsUnavailable, SingleSeatLeft, TooManyTickets, AddressNotVerified, TooManyPending,
    HoldExhausted, PaymentNotOffered, PermissionDenied, PriceChanged or what a quote raises, and
    then changes nothing.
    """
    customer = lock_customer(user_id=user_id, show_id=order.show_id)
    if order.at_counter and not customer.sells:
        raise PermissionDenied
    if customer.is_guest and not (order.contact_name and order.contact_email):
        raise ContactRequired(field="email" if order.contact_name else "name")
    is_unlimited = customer.sells or customer.is_verified
    wish = {
        "user": user_id,
        "customer": None if order.at_counter else user_id,
        "sold_by": user_id if order.at_counter else None,
        "sells": customer.sells,
        "show": order.show_id,
        "labels": None if order.labels is None else list(order.labels),
        "total": order.total,
        "pay": order.pay,
        "reference": new_reference(),
        "contact_name": order.contact_name,
        "contact_email": order.contact_email,
        "language": order.language,
        "most_tickets": None if customer.sells else settings.TICKETS_OF_A_SHOW_AT_MOST,
        "most_unverified": None if is_unlimited else settings.UNVERIFIED_TICKETS_AT_MOST,
        "most_pending": settings.PENDING_BOOKINGS_AT_MOST,
        "lasts_at_most": settings.HOLD_LASTS_AT_MOST,
    }
    rows = _seats_taken(user_id, order, wish)
    first = rows[0]
    if first.booking_id is None:
        raise _refusal(rows, wish)
    if order.labels is not None and first.has_to_leave_none_single:
        require_no_single_seat(show_id=order.show_id, labels=order.labels)
    return Reserved(first.booking_id, first.status, first.pay)


class Reserved(NamedTuple):
    """A booking that has just been made."""

    id: int
    status: str
    channel: str


def _seats_taken(user_id: int, order: Order, wish: Mapping[str, Any]) -> list[WantedSeat]:
    """Tries the statement that does least for this order, then those that do more."""
    if not (order.types or order.voucher):
        rows = [] if order.pay == Channel.ONLINE else tried_at_once(wish)
        if not rows or rows[0].has_to_wait_for_payment:
            rows = tried({**wish, **NOT_QUOTED})
        if not rows[0].has_to_be_quoted:
            return rows
    return tried({**wish, **_quoted(user_id, order)})


def _quoted(user_id: int, order: Order) -> dict[str, Any]:
    """Returns what BOOK needs to charge exactly what a quote says; locks the voucher."""
    offer = quote_seats(
        user_id=user_id,
        show_id=order.show_id,
        labels=order.labels,
        types=order.types,
        voucher=order.voucher,
    )
    if offer.voucher_id is not None:
        customer = None if order.at_counter else user_id
        lock_voucher(voucher_id=offer.voucher_id)
        if not uses_left(voucher_id=offer.voucher_id, user_id=customer):
            raise VoucherUsedUp
    lines = offer.quote.lines
    return {
        "line_labels": [line.label for line in lines],
        "types": [line.type for line in lines],
        "bases": [line.base for line in lines],
        "prices": [line.price for line in lines],
        "discounts": [line.discount for line in lines],
        "fees": [line.fee for line in lines],
        "tax_rates": [line.tax_rate for line in lines],
        "taxes": [line.tax for line in lines],
        "voucher": offer.voucher_id,
    }


def confirm_booking(booking_id: int) -> None:
    """Enqueues the mail of a booking that this transaction has stored as confirmed."""
    queue.defer(mail_booking_confirmed, booking_id=booking_id)


def new_reference() -> str:
    """Returns ten characters that can be read out, one of about 10^15 combinations."""
    return "".join(secrets.choice(READABLE) for _ in range(REFERENCE_LENGTH))


def _refusal(rows: list[WantedSeat], wish: Mapping[str, Any]) -> Failure:
    first = rows[0]
    if not first.on_sale:
        return (
            ShowNotOnSale()
            if Show.objects.filter(pk=wish["show"]).exists()
            else DoesNotExist(field="show")
        )
    labels, seats = wish["labels"], {row.label: row for row in rows if row.label}
    if failure := _not_to_be_had(labels, seats):
        return failure
    if not first.is_offered:
        return PaymentNotOffered(field="pay")
    return _limit_reached(first, len(seats), wish) or PriceChanged(total=f"{first.total:.2f}")


def _not_to_be_had(labels: Sequence[str] | None, seats: Mapping[str, WantedSeat]) -> Failure | None:
    """Returns what is wrong with the seats themselves."""
    lost = [label for label, row in seats.items() if not row.is_mine]
    if labels is None and not seats:
        return NoHold()
    if labels is None and lost:
        return HoldExpired()
    if unknown := [label for label in labels or () if label not in seats]:
        return unknown_seats(unknown)
    return seats_unavailable(lost) if lost else None


def _limit_reached(first: WantedSeat, count: int, wish: Mapping[str, Any]) -> Failure | None:
    """Returns the failure of the limit that `count` more tickets would exceed."""
    most, few = wish["most_tickets"], wish["most_unverified"]
    if most is not None and first.tickets_of_show + count > most:
        return TooManyTickets(limit=most, left=max(0, most - first.tickets_of_show))
    if few is not None and first.tickets_of_all is not None and not first.is_paid_online:
        left = max(0, few - first.tickets_of_all)
        if count > left:
            return AddressNotVerified(limit=few, left=left)
    if len(first.pending or ()) >= wish["most_pending"]:
        return TooManyPending(references=first.pending or [])
    if first.must_wait and first.may_wait_until:
        return HoldExhausted(retry_at=first.may_wait_until.isoformat())
    return None
