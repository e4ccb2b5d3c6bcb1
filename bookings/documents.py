"""Bookings as clients see them, read with their show and tickets by one query.

Querysets decide which bookings somebody may see; here ids become documents. This is plain SQL
because every booking ends with it, and the ORM would take longer to build the query than PostgreSQL
to execute it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings

from bookings.exchanges import OPEN_OF_BOOKING
from bookings.models import BookingStatus, TicketStatus
from core.postgres.documents import (
    ID,
    Document,
    Field,
    Many,
    Rows,
    moment,
    moment_or_none,
    money,
    money_shape,
    one_of,
    text,
)
from core.postgres.rows import rows_of
from movies.documents import MOVIE_OF_SHOW
from shows.documents import CURRENCY, SCREENING, STATUS, ZONE, category, seat_label
from theaters.documents import SCREEN_OF_SHOW, THEATER_OF_SHOW

TICKET = Document(
    "Ticket",
    {
        "code": text("code", example="9f2c4e7ab1d84c5ea6f03b7d2e918c45"),
        "seat": seat_label("label", example="A1"),
        "category": category("category"),
        "type": text("type", example="", description="Empty if the theater has no ticket types."),
        "price": money("price", example="12.50"),
        "discount": money("discount", example="0.00"),
        "fee": money("fee", example="0.00"),
        "tax": money("tax", example="0.00", description="Included in price and fee."),
        "status": one_of(TicketStatus.choices, "status", example="valid"),
    },
)
STATUS_NOW = """CASE WHEN booking.status = 'pending' AND booking.pay_until <= statement_timestamp()
                     THEN 'expired' ELSE booking.status END"""
IS_DUE = f"""booking.total > 0 AND booking.paid_at IS NULL
             AND {STATUS_NOW} IN ('pending', 'confirmed')"""
PAYMENT_STATES = ("nothing", "due", "paid", "none")
PAYMENT = Document(
    "BookingPayment",
    {
        "state": one_of(
            PAYMENT_STATES,
            f"""CASE WHEN booking.total = 0 THEN 'nothing' WHEN booking.paid_at IS NOT NULL
                THEN 'paid' WHEN {IS_DUE} THEN 'due' ELSE 'none' END""",
            example="due",
        ),
        "due": money(
            f"(CASE WHEN {IS_DUE} THEN booking.total ELSE 0.00 END)", example="25.00", digits=8
        ),
    },
)
# What `bookings.cancelling.terms_of` says of every moment, for the customer; a pending booking is
# nobody's once it has expired.
CANCELLABLE_UNTIL = f"""CASE
  WHEN {STATUS_NOW} NOT IN ('pending', 'confirmed') OR NOT EXISTS (
    SELECT FROM bookings_ticket ticket WHERE ticket.booking_id = booking.id
      AND ticket.status <> 'void' AND ticket.used_at IS NULL) THEN NULL
  WHEN booking.free_cancellation THEN show.starts_at
  WHEN booking.status = 'pending' AND booking.paid_at IS NULL
  THEN least(show.starts_at, booking.pay_until)
  ELSE show.starts_at - coalesce(
    (SELECT min((step ->> 'until_minutes')::int) * interval '1 minute'
     FROM jsonb_array_elements(theater.refund_policy) step), %(cancel_until)s::interval) END"""  # noqa: S608  # nosec B608
ANOTHER_TICKET = {"code": "27d6f1b93c0e4a8fb5c2d18e6a74f039", "seat": "A2"}
BOOKED_SHOW = Document(
    "BookedShow",
    {
        **SCREENING,
        "movie": replace(MOVIE_OF_SHOW, name="BookedMovie"),
        "theater": replace(THEATER_OF_SHOW, name="BookedTheater"),
        "screen": replace(SCREEN_OF_SHOW, name="BookedScreen"),
        "status": STATUS,
    },
)
# What waits for its difference, or null.
EXCHANGE_QUOTE = Document(
    "ExchangeQuote",
    {
        "total": money(example="15.00", digits=8, description="What the new ticket costs."),
        "due": money(
            example="2.50", digits=8, description="What is to be paid before it is exchanged."
        ),
        "refund": money(example="0.00", digits=8, description="What comes back."),
        "kept": money(
            example="0.00", digits=8, description="What the theater keeps of the difference."
        ),
        "currency": text(example="EUR", pattern="^[A-Z]{3}$"),
    },
)
EXCHANGE = Field(
    {
        "type": ["object", "null"],
        "description": "A dearer seat, kept until the difference is paid; the ticket stays valid.",
        "properties": {
            "ticket": {"type": "string", "description": "The code of the ticket to be given."},
            "seat": {"type": "string"},
            "show": ID,
            "due": money_shape(digits=6),
            "pay_until": {"type": "string", "format": "date-time"},
        },
        "required": ["ticket", "seat", "show", "due", "pay_until"],
    },
    None,
    (
        "exchange.code",
        "exchange.label",
        "exchange.show_id",
        "exchange.difference::text",
        "extract(epoch FROM exchange.pay_until)::float8",
        ZONE,
    ),
    "({{'ticket': {0}, 'seat': {1}, 'show': {2}, 'due': {3},"
    " 'pay_until': fromtimestamp({4}, ZoneInfo({5}))}} if {0} is not None else None)",
)
BOOKING = Document(
    "Booking",
    {
        "reference": text("booking.reference", example="K7M2QX9RTA"),
        "status": one_of(BookingStatus.choices, STATUS_NOW, example="confirmed"),
        "show": BOOKED_SHOW,
        "tickets": Many(
            TICKET,
            [TICKET.example, TICKET.example | ANOTHER_TICKET],
            of="bookings_ticket WHERE booking_id = booking.id ORDER BY id",
        ),
        "total": money("booking.total", example="25.00", digits=8),
        "currency": CURRENCY,
        "pay_until": moment_or_none(
            "booking.pay_until",
            ZONE,
            example="2026-12-31T18:18:27.314159+01:00",
            description="A pending booking keeps its seats until then.",
        ),
        "cancellable_until": moment_or_none(
            CANCELLABLE_UNTIL,
            ZONE,
            example="2026-12-31T19:15:00+01:00",
            description="Its customer can cancel before that moment, which may have passed; null "
            "if it is cancelled or expired, or all of its tickets have been used.",
        ),
        "payment": PAYMENT,
        "exchange": EXCHANGE,
        "given_voucher": Field(
            {
                "type": ["string", "null"],
                "description": "The code of a voucher for a show that was broken off.",
            },
            None,
            ["(SELECT code FROM pricing_voucher WHERE id = booking.given_voucher_id)"],
        ),
        "created_at": moment(
            "booking.created_at", ZONE, example="2026-12-31T18:03:27.314159+01:00"
        ),
    },
)
NOBODY = "nobody@counter.invalid"  # bought at the counter without giving an address
CUSTOMER = Document(
    "Customer",
    {
        "name": text(
            "coalesce(nullif(booking.contact_name, ''), customer.name, '')", example="Alice"
        ),
        "email": text(
            f"coalesce(nullif(booking.contact_email, ''), customer.email, '{NOBODY}')",
            example="alice@example.com",
            format="email",
        ),
    },
)
BOOKING_WITH_CUSTOMER = Document("BookingWithCustomer", {**BOOKING.fields, "customer": CUSTOMER})
BOOKINGS, BOOKINGS_WITH_CUSTOMERS = Rows(BOOKING), Rows(BOOKING_WITH_CUSTOMER)
# The columns of BOOKINGS are the first ones of BOOKINGS_WITH_CUSTOMERS. The ids are a query of
# their own for the reason given at `shows.holding.HOLD_EXACTLY`.
SELECT_BOOKINGS = f"""
SELECT {BOOKINGS_WITH_CUSTOMERS.columns}, booking.id
FROM bookings_booking booking
LEFT JOIN users_user customer ON customer.id = booking.user_id
JOIN shows_show show ON show.id = booking.show_id
JOIN movies_movie movie ON movie.id = show.movie_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
LEFT JOIN LATERAL ({OPEN_OF_BOOKING}) exchange ON true
WHERE booking.id = ANY((SELECT %(ids)s::bigint[])::bigint[])
"""  # columns of a description  # noqa: S608  # nosec B608


def documents(ids: Sequence[int], *, with_customer: bool = False) -> list[dict[str, Any]]:
    """Returns these bookings in this order, if asked for with their customers."""
    kind = BOOKINGS_WITH_CUSTOMERS if with_customer else BOOKINGS
    values = {"ids": list(ids), "cancel_until": settings.CANCEL_UNTIL}
    rows = rows_of(SELECT_BOOKINGS, values)
    found = dict(zip((row[-1] for row in rows), kind.documents(rows), strict=True))
    return [found[pk] for pk in ids]


def booking_document(booking_id: int) -> dict[str, Any]:
    """Returns one booking as clients see it."""
    return documents([booking_id])[0]
