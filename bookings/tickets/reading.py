"""What the database knows of a booking's tickets, for those who may see the booking."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from bookings.models import Booking, BookingQuerySet, BookingStatus, Ticket, TicketStatus
from bookings.tickets import keys, token
from bookings.tickets.facts import Admission, Paper, Place, Screening, Seller, Terms
from core.failures import Failure, NotFound
from core.postgres.clock import StatementTime
from shows.models import Show
from theaters.models import Theater


class NotConfirmed(Failure):
    """The booking has no valid tickets: it has to be paid first, has expired or is cancelled."""

    code = "not_confirmed"
    title = "The booking is not confirmed"
    remedy = "Look at its `status`: pay if it is pending, book again if it is over."


class TicketVoid(Failure):
    """The ticket was cancelled or exchanged and admits nobody."""

    code = "ticket_void"
    title = "The ticket is void"
    remedy = "Read the booking again: it lists the tickets that are valid."


def read_paper(*, bookings: BookingQuerySet, reference: str) -> Paper:
    """Returns the booking with its valid tickets. Raises NotFound, or NotConfirmed."""
    booking = _read(bookings, reference)
    if booking.status != BookingStatus.CONFIRMED:
        raise NotConfirmed
    return paper_of(booking)


def read_paper_even_cancelled(*, bookings: BookingQuerySet, reference: str) -> Paper:
    """As `read_paper`, but a booking that was cancelled is one without tickets."""
    booking = _read(bookings, reference)
    if booking.status not in {BookingStatus.CONFIRMED, BookingStatus.CANCELLED}:
        raise NotConfirmed
    return paper_of(booking)


def read_ticket(*, bookings: BookingQuerySet, reference: str, code: str) -> tuple[Paper, Admission]:
    """Returns one ticket, and its booking with all that are valid.

    Raises NotFound, NotConfirmed if it has to be paid first, or TicketVoid.
    """
    booking = _read(bookings, reference)
    status = {each.code: each.status for each in booking.tickets.all()}.get(code)
    if status is None:
        raise NotFound
    if status == TicketStatus.VOID:
        raise TicketVoid
    if status != TicketStatus.VALID or booking.status != BookingStatus.CONFIRMED:
        raise NotConfirmed
    paper = paper_of(booking)
    return paper, next(each for each in paper.tickets if each.code == code)


def _read(bookings: BookingQuerySet, reference: str) -> Booking:
    related = bookings.select_related("show__movie", "show__screen__theater")
    read = related.prefetch_related("tickets").annotate(read_at=StatementTime())
    booking = read.filter(reference=reference).first()
    if booking is None:
        raise NotFound
    return booking


def paper_of(booking: Booking) -> Paper:
    """Returns what is known of a booking, whose show and theater are read with it."""
    theater = booking.show.screen.theater
    admissions = _admissions(booking)
    is_due = booking.status == BookingStatus.CONFIRMED and booking.paid_at is None
    return Paper(
        reference=booking.reference,
        language=booking.language or settings.LANGUAGE_CODE,
        currency=theater.currency,
        place=_place(theater),
        seller=Seller(theater.legal_name, theater.legal_address, theater.tax_id),
        show=_screening(booking.show, theater),
        terms=_terms(booking, theater),
        tickets=admissions,
        due=sum((each.total for each in admissions), Decimal(0)) if is_due else Decimal(0),
        is_cancelled=booking.status == BookingStatus.CANCELLED,
        link=settings.BOOKING_URL.replace("{reference}", booking.reference),
        created_at=booking.created_at,
        read_at=getattr(booking, "read_at", booking.created_at),
        exchanges=sum(each.replaces_id is not None for each in booking.tickets.all()),
    )


def _place(theater: Theater) -> Place:
    return Place(
        id=theater.pk,
        name=theater.name,
        address=", ".join(filter(None, (theater.address, theater.city))),
        email=theater.email,
        latitude=theater.latitude,
        longitude=theater.longitude,
    )


def _screening(show: Show, theater: Theater) -> Screening:
    zone, movie = ZoneInfo(theater.timezone), show.movie
    length = f"{movie.duration_minutes} min"
    return Screening(
        id=show.pk,
        title=movie.title,
        screen=show.screen.name,
        starts_at=show.starts_at.astimezone(zone),
        ends_at=show.ends_at.astimezone(zone),
        details=[*filter(None, (movie.certificate, length, show.language, show.format))],
        moves=show.moves,
    )


def _terms(booking: Booking, theater: Theater) -> Terms:
    """Returns the theater's policy as `bookings.refund_policy` applies it."""
    if booking.free_cancellation:
        return Terms([(timedelta(0), 100)], with_fee=True)
    if not theater.refund_policy:
        return Terms([(settings.CANCEL_UNTIL, 100)], theater.fee_refundable)
    policy: list[dict[str, Any]] = theater.refund_policy
    steps = [(timedelta(minutes=each["until_minutes"]), int(each["share"])) for each in policy]
    return Terms(sorted(steps, reverse=True), theater.fee_refundable)


def _admissions(booking: Booking) -> list[Admission]:
    valid = [each for each in booking.tickets.all() if each.status == TicketStatus.VALID]
    key = keys.signing_key() if valid else None
    return [
        _admission(
            ticket, token.sign(token.Token(booking.show_id, ticket.code, ticket.issue), key), n
        )
        for n, ticket in enumerate(valid, start=1)
        if key
    ]


def _admission(ticket: Ticket, signed: str, number: int) -> Admission:
    return Admission(
        code=ticket.code,
        token=signed,
        label=ticket.label,
        category=ticket.category,
        type=ticket.type,
        price=ticket.price,
        discount=ticket.discount,
        fee=ticket.fee,
        tax_rate=ticket.tax_rate,
        tax=ticket.tax,
        number=number,
    )
