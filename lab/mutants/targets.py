"""Which modules are mutated, and which tests have to notice."""

from typing import NamedTuple

RACES = "tests/test_races.py", "tests/test_show_races.py", "tests/test_limit_races.py"
ACCOUNT_RACES = "tests/test_account_races.py", "tests/test_account_states.py"


class Target(NamedTuple):
    """The tests of a module: those of its own use cases run first, then races and models."""

    first: tuple[str, ...]
    then: tuple[str, ...]


HOLDING = (
    "shows/tests/test_holding.py",
    "shows/tests/test_chains.py",
    "shows/tests/test_address_limit.py",
    "shows/tests/test_single_seats.py",
)
SELLING = (
    "bookings/tests/test_booking.py",
    "bookings/tests/test_cancelling.py",
    "bookings/tests/test_reading.py",
)
MAILS = "bookings/tests/test_mails.py"
MONEY_RACES = "tests/test_money_races.py", "tests/test_price_races.py"
EXCHANGING = (
    "payments/tests/test_exchanging.py",
    "payments/tests/test_exchanging_shows.py",
    "payments/tests/test_exchange_refusals.py",
)
EXCHANGE_RACES = "tests/test_exchange_races.py", "tests/test_exchange_door_races.py"
PAYING = "payments/tests/test_paying.py"
REFUNDS = "payments/tests/test_refund_quotes.py", "payments/tests/test_unpaid_bookings.py"
MONEY = (
    "payments/tests/test_arrivals.py",
    PAYING,
    *REFUNDS,
    "payments/tests/test_paying_by_stripe.py",
    "payments/tests/test_receipts.py",
)
BOOKING = (
    "bookings/tests/test_booking.py",
    "bookings/tests/test_limits.py",
    "bookings/tests/test_guests.py",
    "pricing/tests/test_selling_by_type.py",
    "payments/tests/test_unpaid_bookings.py",
    "payments/tests/test_refund_quotes.py",
    PAYING,
    MAILS,
)
SESSIONS = (
    "users/tests/test_trail.py",
    "users/tests/test_sessions.py",
    "users/tests/test_my_sessions.py",
    "tests/attacks/test_authentication.py",
    "tests/attacks/test_mutated_tokens.py",
    "tests/attacks/test_cookies.py",
)
STAFF = (
    "theaters/tests/test_policy.py",
    "theaters/tests/test_staff.py",
    "theaters/tests/test_invitations.py",
)
SEAT_MODEL = "tests/test_seat_model.py"
TARGETS: dict[str, Target] = {
    "shows/holding.py": Target(HOLDING, ("shows/tests/test_seat_map.py", SEAT_MODEL, *RACES)),
    "shows/customers.py": Target(
        (*HOLDING, "bookings/tests/test_limits.py", "bookings/tests/test_booking.py"), RACES
    ),
    "shows/seats.py": Target(
        (
            "shows/tests/test_seat_map.py",
            "shows/tests/test_changing_shows.py",
            "shows/tests/test_holding.py",
            "bookings/tests/test_booking.py",
            "bookings/tests/test_cancelling.py",
            "tests/test_closing_an_account.py",
            "tests/admin/test_selling.py",
        ),
        (SEAT_MODEL, *RACES, "tests/test_catalogue_races.py"),
    ),
    "shows/seatmap.py": Target(("shows/tests/test_seat_map.py",), (SEAT_MODEL,)),
    "shows/best.py": Target(("shows/tests/test_best.py",), ()),
    "shows/choosing.py": Target(
        ("shows/tests/test_single_seats.py", "shows/tests/test_best.py"), ()
    ),
    "shows/week.py": Target(("shows/tests/test_week.py",), ("tests/admin/test_planning_pages.py",)),
    "shows/planning.py": Target(
        ("shows/tests/test_planning.py",),
        ("tests/admin/test_planning_pages.py", "tests/test_planning_races.py"),
    ),
    "shows/repricing.py": Target(
        ("shows/tests/test_repricing.py",), ("tests/test_planning_races.py",)
    ),
    "shows/scheduling.py": Target(
        (
            "shows/tests/test_changing_shows.py",
            "shows/tests/test_scheduling.py",
            "shows/tests/test_local_times.py",
            "tests/admin/test_timeline.py",
            "bookings/tests/test_moving.py",
            "tests/test_versions.py",
        ),
        ("tests/test_catalogue_races.py", *RACES),
    ),
    "bookings/booking.py": Target(BOOKING, (*SELLING[1:], SEAT_MODEL, *RACES, *MONEY_RACES)),
    "bookings/taking.py": Target(BOOKING, (*SELLING[1:], SEAT_MODEL, *RACES, *MONEY_RACES)),
    "bookings/cancelling.py": Target(
        (
            "bookings/tests/test_cancelling.py",
            MAILS,
            PAYING,
            "payments/tests/test_refund_quotes.py",
            "payments/tests/test_cashiers.py",
        ),
        (SELLING[0], SELLING[2], SEAT_MODEL, *RACES, *MONEY_RACES),
    ),
    "bookings/exchange_limits.py": Target(EXCHANGING, EXCHANGE_RACES),
    "bookings/exchange_places.py": Target(EXCHANGING, EXCHANGE_RACES),
    "bookings/exchanging.py": Target(EXCHANGING, EXCHANGE_RACES),
    "bookings/cancelling_shows.py": Target(
        ("bookings/tests/test_cancelling.py", "bookings/tests/test_moving.py", MAILS),
        (SEAT_MODEL, *RACES, *MONEY_RACES),
    ),
    "pricing/quote.py": Target(("pricing/tests/test_quote.py",), ()),
    "payments/arriving.py": Target(MONEY, MONEY_RACES),
    "payments/settling.py": Target(MONEY, MONEY_RACES),
    "payments/refunding.py": Target(
        ("payments/tests/test_facts_of_refunds.py", *MONEY),
        ("payments/tests/test_refunds_killed.py",),
    ),
    "bookings/documents.py": Target(
        (
            "bookings/tests/test_reading.py",
            "bookings/tests/test_booking.py",
            "bookings/tests/test_guests.py",
            "payments/tests/test_unpaid_bookings.py",
        ),
        (SEAT_MODEL,),
    ),
    "theaters/staff.py": Target(STAFF, ()),
    "theaters/invitations.py": Target(STAFF, ()),
    "users/sessions.py": Target(SESSIONS, ACCOUNT_RACES),
    "users/tokens.py": Target(SESSIONS, ACCOUNT_RACES),
    "users/api/authentication.py": Target(
        (*SESSIONS, "users/tests/test_second_factor.py"), ACCOUNT_RACES
    ),
    "users/cookies.py": Target(("tests/attacks/test_cookies.py",), ()),
    "users/codes.py": Target(
        (
            "users/tests/test_codes.py",
            "users/tests/test_who_asked.py",
            "users/tests/test_trail.py",
        ),
        ACCOUNT_RACES,
    ),
    "users/limits.py": Target(
        (
            "users/tests/test_limits.py",
            "users/tests/test_who_asked.py",
            "users/tests/test_second_factor.py",
        ),
        ACCOUNT_RACES,
    ),
    "core/throttling.py": Target(
        ("core/tests/test_throttling.py", "users/tests/test_limits.py", "tests/test_proxies.py"),
        ACCOUNT_RACES,
    ),
    "core/http/idempotency.py": Target(
        ("bookings/tests/test_idempotency.py", "bookings/tests/test_limits.py"),
        ("tests/test_idempotency_model.py", "tests/test_show_races.py"),
    ),
}
FRAGMENTS = {
    "shows/seats.py": (
        "shows/documents.py",
        "shows/holding.py",
        "shows/seatmap.py",
        "shows/tidying.py",
        "bookings/taking.py",
        "bookings/cancelling.py",
        "bookings/exchanging.py",
        "bookings/guests.py",
        "pricing/quoting.py",
    )
}
"""Modules that build their statements from another's when they are imported."""
