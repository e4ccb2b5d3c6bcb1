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
        {"name": "Accounts", "description": "Registering, logging in, codes and passwords"},
        {"name": "Movies", "description": "What is on, and what will be"},
        {"name": "Theaters", "description": "Where"},
        {"name": "Screens", "description": "The rooms of a theater and their seats"},
        {"name": "Shows", "description": "When, at which price, and how many seats are left"},
        {"name": "Seats", "description": "The seat map, and holding seats for some minutes"},
        {"name": "Bookings", "description": "Buying the seats, and giving them back"},
        {"name": "Running a theater", "description": "For owners and admins"},
        {"name": "Administration", "description": "For admins"},
        {"name": "Operations", "description": "For those who keep it running"},
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
        "SeatStatusEnum": "shows.models.SeatStatus",
        "BookingStatusEnum": "bookings.models.BookingStatus",
        "TicketStatusEnum": "bookings.models.TicketStatus",
    },
}
