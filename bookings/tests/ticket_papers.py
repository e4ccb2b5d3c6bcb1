"""Tickets for Metropolis in Berlin, on 2 July 2030 at 20:15, to be drawn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bookings.tickets import token
from bookings.tickets.facts import Admission, Paper, Place, Screening, Seller, Terms

KEY = token.SigningKey(1, Ed25519PrivateKey.generate())
STARTS = datetime(2030, 7, 2, 18, 15, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
NOW = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)
SHOW = Screening(
    42, "Metropolis", "Screen 1", STARTS, STARTS + timedelta(minutes=153), ["12", "153 min", "2D"]
)


def admission(number: int = 1, **changes: Any) -> Admission:
    code = f"9f2c4e7ab1d84c5ea6f03b7d2e918c{number:02x}"
    ticket = Admission(
        code=code,
        token=token.sign(token.Token(42, code, 0), KEY),
        label=f"H{6 + number}",
        category="premium",
        type="Student",
        price=Decimal("12.50"),
        discount=Decimal("2.00"),
        fee=Decimal("1.00"),
        tax_rate=Decimal("7.00"),
        tax=Decimal("0.75"),
        number=number,
    )
    return replace(ticket, **changes)


def paper(title: str = "Metropolis", *, count: int = 1, **changes: Any) -> Paper:
    usual = Paper(
        reference="K7M2QX9WRT",
        language="en",
        currency="EUR",
        place=Place(3, "Babylon", "Rosa-Luxemburg-Straße 30, Berlin"),
        seller=Seller("Babylon GmbH", "Rosa-Luxemburg-Straße 30, Berlin", "DE123456789"),
        show=replace(SHOW, title=title),
        terms=Terms([(timedelta(days=1), 100), (timedelta(hours=1), 50)], with_fee=False),
        tickets=[admission(number) for number in range(1, count + 1)],
        due=Decimal(0),
        is_cancelled=False,
        link="https://www.example.com/bookings/K7M2QX9WRT",
        created_at=NOW,
        read_at=NOW,
    )
    return replace(usual, **changes)
