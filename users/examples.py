"""Alice's account, as the API's documentation shows it."""

PASSWORD = "a long walk home"  # noqa: S105 - an example
ACCESS = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.access.signature"
REFRESH = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.refresh.signature"
REQUEST = "kq3Yh1nB0m8bVdXo5rT2sA"
TOKENS = {"access": ACCESS, "refresh": REFRESH}
ALICE = {
    "id": 12,
    "email": "alice@example.com",
    "name": "Alice",
    "role": "user",
    "email_verified": False,
    "date_joined": "2026-12-31T16:58:40.271828Z",
    "language": "en",
    "is_guest": False,
}
VERIFIED = ALICE | {"email_verified": True}
ACCOUNT = VERIFIED | {"is_active": True}
CUSTOMER = {"name": "Alice", "email": "alice@example.com"}
SESSION = {
    "id": 77,
    "device": "Firefox on Windows",
    "address": "203.0.113.9",
    "created_at": "2026-12-31T16:58:40.271828Z",
    "last_used_at": "2027-01-02T09:12:05.314159Z",
    "expires_at": "2027-01-16T09:12:05.314159Z",
    "current": True,
}
