"""A ticket type and a voucher, as the API's documentation shows them."""

from typing import Any

NEW_TICKET_TYPE: dict[str, Any] = {
    "name": "Child",
    "kind": "share",
    "value": "50.00",
    "categories": ["standard", "premium"],
    "at_most": 4,
    "position": 1,
}
TICKET_TYPE: dict[str, Any] = {"id": 9, "theater": 3, **NEW_TICKET_TYPE}
NEW_VOUCHER: dict[str, Any] = {
    "code": "SAVE10",
    "kind": "share",
    "value": "10.00",
    "valid_from": None,
    "valid_until": "2026-12-31T23:59:00+01:00",
    "movies": [7],
    "uses_at_most": 500,
    "uses_per_customer": 1,
}
VOUCHER: dict[str, Any] = {"id": 11, "theater": 3, **NEW_VOUCHER, "uses": 42}
