"""Amounts become whole minor units and come back, without a cent more or less."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.providers.minor_units import (
    InexactAmount,
    decimals,
    from_minor,
    from_stripe,
    stripe_decimals,
    to_minor,
    to_stripe,
)
from theaters.currencies import CURRENCIES, WITH_TWO_DECIMALS, WITHOUT_DECIMALS

units = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(sorted(CURRENCIES | {"KWD", "TND"}))


@given(units, currencies)
def test_minor_units_come_back_as_they_were(number: int, currency: str) -> None:
    amount = from_minor(number, currency)
    assert to_minor(amount, currency) == number
    assert amount.as_tuple().exponent == -decimals(currency)


@given(units, currencies)
def test_what_stripe_has_a_number_for_comes_back_as_it_was(number: int, currency: str) -> None:
    try:
        theirs = to_stripe(number, currency)
    except InexactAmount:
        assert currency == "MGA" or decimals(currency) == 3
    else:
        assert from_stripe(theirs, currency) == number
        same = from_minor(number, currency)
        assert Decimal(theirs).scaleb(-stripe_decimals(currency)) == same


def test_every_currency_of_a_theater_has_the_decimals_of_its_prices() -> None:
    assert {decimals(each) for each in WITHOUT_DECIMALS} == {0}
    assert {decimals(each) for each in WITH_TWO_DECIMALS} == {2}


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "stripe"),
    [
        ("12.50", "EUR", 1250, 1250),
        ("0.01", "USD", 1, 1),
        ("1800", "JPY", 1800, 1800),
        ("1800.00", "JPY", 1800, 1800),
        ("2400", "ISK", 2400, 240000),
        ("15000", "UGX", 15000, 1500000),
        ("8000.00", "MGA", 800000, 8000),
        ("990.00", "HUF", 99000, 99000),
        ("3.250", "KWD", 3250, 3250),
    ],
)
def test_amounts_in_minor_units_and_as_stripe_counts(
    amount: str, currency: str, minor: int, stripe: int
) -> None:
    assert to_minor(Decimal(amount), currency) == minor
    assert to_stripe(minor, currency) == stripe
    assert from_stripe(stripe, currency) == minor
    assert from_minor(minor, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("12.505", "EUR"), ("0.5", "JPY"), ("NaN", "EUR"), ("Infinity", "EUR"), ("1E-30", "EUR")],
)
def test_what_is_no_whole_number_of_units_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(InexactAmount):
        to_minor(Decimal(amount), currency)


@pytest.mark.parametrize(("number", "currency"), [(3255, "KWD"), (50, "MGA")])
def test_what_stripe_has_no_number_for_is_refused(number: int, currency: str) -> None:
    with pytest.raises(InexactAmount):
        to_stripe(number, currency)


def test_a_fraction_of_a_krona_is_refused() -> None:
    with pytest.raises(InexactAmount):
        from_stripe(4010, "ISK")
