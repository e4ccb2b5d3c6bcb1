"""A theater and its screen, as the API's documentation shows them."""

from typing import Any

NEW_THEATER: dict[str, Any] = {
    "name": "Babylon",
    "address": "Rosa-Luxemburg-Straße 30",
    "city": "Berlin",
    "timezone": "Europe/Berlin",
    "latitude": 52.525939,
    "longitude": 13.411257,
    "currency": "EUR",
    "phone": "+49 30 23125 042",
    "email": "tickets@babylon.example.com",
    "website": "https://babylon.example.com/",
    "accent": "#8a1538",
}
SELLER = {
    "legal_name": "Babylon Kino GmbH",
    "legal_address": "Rosa-Luxemburg-Straße 30, 10178 Berlin",
    "tax_id": "DE123456789",
    "terms_url": "https://babylon.example.com/terms",
    "privacy_url": "https://babylon.example.com/privacy",
}
POLICY = [{"until_minutes": 1440, "share": 100}, {"until_minutes": 60, "share": 50}]
SELLING: dict[str, Any] = {
    "pays": "both",
    "pay_within_minutes": 15,
    "counter_until_minutes": 30,
    "admits_unpaid": False,
    "booking_fee": "0.50",
    "tax_rate": "7.00",
    "refund_policy": POLICY,
    "fee_refundable": False,
    "checkin_from_minutes": 60,
    "online_until_minutes": 0,
    "counter_sells_until_minutes": 30,
    "no_single_seats": False,
    **SELLER,
    "terms_version": "2026-12",
}
THEATER: dict[str, Any] = {
    "id": 3,
    **NEW_THEATER,
    "owner": 2,
    "pays": "both",
    "refund_policy": POLICY,
    "fee_refundable": False,
    "seller": SELLER,
}
NEW_SCREEN = {"name": "Studio", "layout": ["ssss", "p__p"], "turnaround_minutes": 15}
SCREEN: dict[str, Any] = {
    "id": 5,
    "theater": 3,
    "name": "Studio",
    "rows": 2,
    "columns": 4,
    "layout": ["ssss", "p__p"],
    "turnaround_minutes": 15,
}
NEW_INVITATION = {"email": "carl@example.com", "role": "cashier"}
INVITATION: dict[str, Any] = {
    "id": 12,
    **NEW_INVITATION,
    "created_at": "2026-12-01T10:12:44+01:00",
    "expires_at": "2026-12-08T10:12:44+01:00",
}
MEMBER: dict[str, Any] = {
    "id": 9,
    "name": "Carl",
    "email": "carl@example.com",
    "role": "cashier",
    "since": "2026-12-01T11:03:20+01:00",
}
MY_ROLE: dict[str, Any] = {
    "id": 9,
    "theater": {name: THEATER[name] for name in ("id", "name", "city", "timezone")},
    "role": "cashier",
    "may": ["office", "sell"],
    "since": "2026-12-01T11:03:20+01:00",
}
