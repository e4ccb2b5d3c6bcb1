"""The currencies that prices can be in: those of ISO 4217 with at most two decimals.

Amounts have two places everywhere, so a currency with three (the dinars of Bahrain, Iraq, Jordan,
Kuwait, Libya and Tunisia, the rial of Oman) cannot be stored. In a currency without decimals,
prices are whole numbers.
"""

from decimal import Decimal

from core.failures import InvalidInput
from core.postgres.clock import NO_BREAK

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_TWO = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
WITHOUT_DECIMALS = frozenset(_WITHOUT.split())
WITH_TWO_DECIMALS = frozenset(_WITH_TWO.split())
CURRENCIES = WITHOUT_DECIMALS | WITH_TWO_DECIMALS


class NotWhole(InvalidInput):
    """The currency of the theater has no decimals."""

    code = "not_whole"
    title = "The currency has no decimals"
    remedy = "Send a whole amount such as `1200.00`."
    example = {"field": "price"}


def digits_of(currency: str) -> int:
    """Returns how many decimals the currency's minor unit has (ISO 4217)."""
    return 0 if currency in WITHOUT_DECIMALS else 2


def figure(value: Decimal, currency: str) -> str:
    """Returns the amount with as many decimals as the currency has: 12.50, but 1800 yen."""
    return f"{value:.0f}" if currency in WITHOUT_DECIMALS else f"{value:.2f}"


def amount(value: Decimal, currency: str) -> str:
    """Returns the amount and the currency, with a no-break space between them."""
    return f"{figure(value, currency)}{NO_BREAK}{currency}"
