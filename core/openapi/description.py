"""What the schema says of the API as a whole, for drf-spectacular."""

from pathlib import Path

from core.postgres.documents import ID

SPECTACULAR = {
    "TITLE": "MovieBooking",
    "DESCRIPTION": (Path(__file__).parents[1] / "templates" / "api.md").read_text(),
    "VERSION": "0.2.0",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/", "description": "The server that this document comes from"}],
    "TAGS": [
        {
            "name": "Accounts",
            "description": "Registration, login, sessions, passwords and the second factor",
        },
        {"name": "Movies", "description": "Films that are shown or coming soon"},
        {"name": "Theaters", "description": "Cinemas, with their address, time zone and currency"},
        {"name": "Screens", "description": "The auditoriums of a theater and their seat layouts"},
        {
            "name": "Shows",
            "description": "Screenings: when, where, at what price, and how many seats are left",
        },
        {"name": "Seats", "description": "Seat maps, and holding seats for a few minutes"},
        {"name": "Bookings", "description": "Buying seats, and cancelling"},
        {"name": "Running a theater", "description": "For those who run or work at a theater"},
        {"name": "Administration", "description": "For admins"},
        {
            "name": "Operations",
            "description": "Health checks and this document, for whoever runs the server",
        },
    ],
    "SORT_OPERATIONS": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PATH_CONVERTER_OVERRIDES": {"id": ID},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.openapi.components.complete",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "users.models.Role",
        "ShowStatusEnum": "shows.models.ShowStatus",
        "SeatStatusEnum": "shows.seatmap.SHOWN",
        "BookingStatusEnum": "bookings.models.BookingStatus",
        "TicketStatusEnum": "bookings.models.TicketStatus",
        "PaymentStatusEnum": "payments.models.PaymentStatus",
        "RefundStatusEnum": "payments.models.RefundStatus",
        "RefundReasonEnum": "payments.models.RefundReason",
        "PaymentStateEnum": "bookings.documents.PAYMENT_STATES",
        "ScanResultEnum": "admission.documents.RESULTS",
        "DoorStatusEnum": "admission.door.STATUSES",
        "MembershipRoleEnum": "theaters.policy.ROLES",
        "GivenRoleEnum": "theaters.policy.GIVEN_ROLES",
        "CategoryEnum": "theaters.layout.CATEGORY_NAMES",
    },
}
