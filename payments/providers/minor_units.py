"""Amounts in the currency's minor unit (ISO 4217), exactly, and as Stripe counts them.

Source: ISO 4217 and https://docs.stripe.com/currencies (zero-decimal, three-decimal and special
cases). No amount is ever rounded here.
"""

from decimal import Decimal

from theaters.currencies import WITHOUT_DECIMALS

WITH_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
STRIPE_AS_TWO = frozenset({"ISK", "UGX"})  # no decimals, but sent in hundredths
STRIPE_WITHOUT = (WITHOUT_DECIMALS - STRIPE_AS_TWO) | {"MGA"}
STRIPE_IN_TENS = WITH_THREE_DECIMALS


class InexactAmount(ValueError):
    """The amount has no whole number of minor units."""

    def __init__(self, amount: Decimal | int, currency: str) -> None:
        super().__init__(f"{amount} {currency} is no whole number of minor units")


def decimals(currency: str) -> int:
    """Returns how many decimals the currency has: two, if nothing else is known of it."""
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE_DECIMALS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Returns 1250 for 12.50 euros, 1800 for 1800 yen. Raises InexactAmount."""
    units = amount.scaleb(decimals(currency)) if amount.is_finite() else amount
    if not units.is_finite() or units != units.to_integral_value():
        raise InexactAmount(amount, currency)
    return int(units)


def from_minor(units: int, currency: str) -> Decimal:
    """Returns 12.50 for 1250 euro cents, with as many decimals as the currency has."""
    places = decimals(currency)
    sign, digits = int(units < 0), tuple(map(int, str(abs(units))))
    return Decimal((sign, digits, -places))


def to_stripe(units: int, currency: str) -> int:
    """Returns what Stripe calls so many minor units. Raises InexactAmount where it has no word."""
    places = decimals(currency)
    if currency in STRIPE_IN_TENS and units % 10:
        raise InexactAmount(units, currency)
    return _scaled(units, stripe_decimals(currency) - places, currency)


def from_stripe(number: int, currency: str) -> int:
    """Returns the minor units that Stripe's number stands for. Raises InexactAmount."""
    return _scaled(number, decimals(currency) - stripe_decimals(currency), currency)


def stripe_decimals(currency: str) -> int:
    """Returns with how many decimals Stripe counts."""
    if currency in STRIPE_AS_TWO:
        return 2
    return 0 if currency in STRIPE_WITHOUT else decimals(currency)


def _scaled(number: int, places: int, currency: str) -> int:
    factor: int = 10 ** abs(places)
    if places >= 0:
        return number * factor
    whole, rest = divmod(number, factor)
    if rest:
        raise InexactAmount(number, currency)
    return whole
