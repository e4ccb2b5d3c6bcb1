"""What seats cost: rounding, types, vouchers, and sums that add up for all amounts."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.failures import Failure
from pricing.quote import (
    PricedSeat,
    Quote,
    Terms,
    TypeNotAllowed,
    TypeTerms,
    UnknownTicketType,
    VoucherTerms,
    minor_unit,
    quote,
    spread,
)

CENT = Decimal("0.01")
ADULT = TypeTerms("Adult", "as_is", Decimal(0))
CHILD = TypeTerms("Child", "share", Decimal(50), ("standard", "premium"))
STUDENT = TypeTerms("Student", "amount", Decimal("7.90"), at_most=1)
TYPES = (ADULT, CHILD, STUDENT)
A1, A2, A3 = (PricedSeat(label, "standard", Decimal("12.50")) for label in ("A1", "A2", "A3"))
ACCESSIBLE = PricedSeat("B1", "wheelchair", Decimal("10.00"))


def euros(**terms: Any) -> Terms:
    return Terms("EUR", **terms)


def test_seats_without_types_fee_and_tax_cost_their_price() -> None:
    found = quote([A1, ACCESSIBLE], euros())
    assert found.total == Decimal("22.50")
    assert [(line.type, str(line.price), str(line.fee + line.tax)) for line in found.lines] == [
        ("", "12.50", "0.00"),
        ("", "10.00", "0.00"),
    ]


def test_a_type_is_a_share_an_amount_or_the_price_as_it_is() -> None:
    found = quote([A1, A2, A3], euros(types=TYPES), types={"A2": "Child", "A3": "Student"})
    assert [(line.type, str(line.price)) for line in found.lines] == [
        ("Adult", "12.50"),
        ("Child", "6.25"),
        ("Student", "7.90"),
    ]
    assert str(found.total) == "26.65"


def test_a_half_cent_counts_as_a_cent_and_half_a_yen_as_a_yen() -> None:
    seat = PricedSeat("A1", "standard", Decimal("12.55"))
    assert str(quote([seat], euros(types=[CHILD]), types={"A1": "Child"}).total) == "6.28"
    seat = PricedSeat("A1", "standard", Decimal("1801.00"))
    assert str(quote([seat], Terms("JPY", types=[CHILD]), types={"A1": "Child"}).total) == "901"


def test_tax_is_included_in_what_the_customer_pays_with_the_fee() -> None:
    found = quote([A1], euros(fee=Decimal("0.50"), tax_rate=Decimal(7)))
    assert (str(found.total), str(found.fees), str(found.tax)) == ("13.00", "0.50", "0.85")
    assert found.lines[0].total == Decimal("13.00")


def test_a_seat_without_a_named_type_gets_the_first_as_it_is_that_its_category_allows() -> None:
    premium = TypeTerms("Lounge", "as_is", Decimal(0), ("premium",))
    assert quote([A1], euros(types=[CHILD, premium, ADULT])).lines[0].type == "Adult"
    with pytest.raises(UnknownTicketType) as failure:
        quote([A1], euros(types=[CHILD, premium]))
    assert failure.value.errors[0]["field"] == "types.A1"


@pytest.mark.parametrize(
    ("seats", "chosen", "failure", "field"),
    [
        ([A1], {"A1": "Pensioner"}, UnknownTicketType, "types.A1"),
        ([A1, ACCESSIBLE], {"B1": "Child"}, TypeNotAllowed, "types.B1"),
        ([A2, A1], {"A1": "Student", "A2": "Student"}, TypeNotAllowed, "types.A1"),
        ([A1], {"A2": "Adult"}, TypeNotAllowed, "types.A2"),
    ],
)
def test_a_type_that_is_unknown_or_not_allowed_is_refused(
    seats: list[PricedSeat], chosen: dict[str, str], failure: type[Failure], field: str
) -> None:
    with pytest.raises(failure) as refused:
        quote(seats, euros(types=TYPES), types=chosen)
    assert refused.value.errors[0]["field"] == field  # type: ignore[attr-defined]


def test_a_type_is_unknown_where_the_theater_has_none() -> None:
    with pytest.raises(UnknownTicketType):
        quote([A1], euros(), types={"A1": "Adult"})


def test_as_many_of_a_type_as_a_booking_may_have_are_sold() -> None:
    found = quote([A1, A2], euros(types=TYPES), types={"A2": "Student"})
    assert found.lines[1].type == "Student"


def test_a_voucher_takes_a_share_off_each_line_but_not_off_the_fee() -> None:
    found = quote(
        [A1, ACCESSIBLE], euros(fee=Decimal(1)), voucher=VoucherTerms("share", Decimal(10))
    )
    assert [str(line.discount) for line in found.lines] == ["1.25", "1.00"]
    assert (str(found.discount), str(found.total)) == ("2.25", "22.25")


def test_the_cents_of_an_amount_add_up_over_three_equal_seats() -> None:
    found = quote([A3, A1, A2], euros(), voucher=VoucherTerms("amount", Decimal(10)))
    assert {line.label: str(line.discount) for line in found.lines} == {
        "A1": "3.34",
        "A2": "3.33",
        "A3": "3.33",
    }
    assert str(found.discount) == "10.00"


def test_a_voucher_worth_more_than_the_seats_leaves_the_fee_to_be_paid() -> None:
    found = quote([A1], euros(fee=Decimal(1)), voucher=VoucherTerms("amount", Decimal(50)))
    assert (str(found.discount), str(found.total)) == ("12.50", "1.00")


def amounts(most: int = 99_999_999) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(lambda cents: cents * CENT)


LABELS = st.builds("{}{}".format, st.sampled_from("ABC"), st.integers(1, 12))
SEATS = st.lists(
    st.builds(PricedSeat, LABELS, st.sampled_from(["standard", "premium"]), amounts()),
    min_size=1,
    max_size=10,
    unique_by=lambda seat: seat.label,
)
PERCENT = amounts(most=100_00)
KINDS = st.one_of(
    PERCENT.map(lambda percent: TypeTerms("Child", "share", percent)),
    amounts().map(lambda amount: TypeTerms("Child", "amount", amount)),
)
VOUCHERS = st.one_of(
    st.none(),
    st.builds(VoucherTerms, st.just("share"), PERCENT),
    st.builds(VoucherTerms, st.just("amount"), amounts()),
)
TERMS = st.builds(
    lambda currency, fee, rate, kind: Terms(currency, fee, rate, (ADULT, kind)),
    st.sampled_from(["EUR", "JPY"]),
    amounts(most=1000),
    amounts(most=99_00),
    KINDS,
)


@st.composite
def purchases(draw: st.DrawFn) -> tuple[list[PricedSeat], Terms, dict[str, str], Any]:
    seats = draw(SEATS)
    children = draw(st.sets(st.sampled_from([seat.label for seat in seats])))
    return seats, draw(TERMS), dict.fromkeys(children, "Child"), draw(VOUCHERS)


@given(purchases())
def test_sums_are_exactly_those_of_the_lines(purchase: Any) -> None:
    seats, terms, types, voucher = purchase
    found = quote(seats, terms, types=types, voucher=voucher)
    lines = found.lines
    assert [line.label for line in lines] == [seat.label for seat in seats]
    assert found.discount == sum(line.discount for line in lines)
    assert found.fees == sum(line.fee for line in lines)
    assert found.tax == sum(line.tax for line in lines)
    assert found.total == sum(line.price for line in lines) - found.discount + found.fees
    if voucher and voucher.kind == "amount":
        whole = voucher.value.quantize(minor_unit(terms.currency), "ROUND_HALF_UP")
        assert found.discount == min(whole, sum(line.price for line in lines))


@given(purchases())
def test_nothing_is_negative_or_finer_than_the_minor_unit(purchase: Any) -> None:
    seats, terms, types, voucher = purchase
    found = quote(seats, terms, types=types, voucher=voucher)
    unit = minor_unit(terms.currency)
    for line in found.lines:
        assert 0 <= line.discount <= line.price
        assert 0 <= line.tax <= line.total
        for amount in (line.price, line.discount, line.fee, line.tax):
            assert amount >= 0
            assert amount % unit == 0
    assert found.total >= found.fees


@given(purchases(), st.randoms())
def test_the_order_of_the_seats_changes_no_line(purchase: Any, chance: Any) -> None:
    seats, terms, types, voucher = purchase
    mixed = list(seats)
    chance.shuffle(mixed)
    one, other = (quote(some, terms, types=types, voucher=voucher) for some in (seats, mixed))
    assert _by_label(one) == _by_label(other)
    assert (one.discount, one.fees, one.tax, one.total) == (
        other.discount,
        other.fees,
        other.tax,
        other.total,
    )


def _by_label(found: Quote) -> dict[str, Any]:
    return {line.label: line for line in found.lines}


@given(amounts(), st.dictionaries(LABELS, amounts(), min_size=1, max_size=10))
def test_what_is_spread_is_near_its_exact_share(amount: Decimal, over: dict[str, Decimal]) -> None:
    shares = spread(amount, over, CENT)
    assert sum(shares.values()) == min(amount, sum(over.values()))
    if 0 < amount < sum(over.values()):
        exact = {label: amount * part / sum(over.values()) for label, part in over.items()}
        assert all(abs(shares[label] - exact[label]) < CENT for label in over)
