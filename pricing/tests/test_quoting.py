"""Quotes of what is stored, and how often a voucher can be used."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.failures import DoesNotExist, Failure
from movies.models import Movie
from pricing.models import TicketType, Voucher
from pricing.quote import TypeNotAllowed
from pricing.quoting import quote_hold, quote_seats
from pricing.tests.conftest import pending, use
from pricing.vouchers import VoucherInvalid, VoucherUsedUp, lock_voucher, uses_left
from shows.holding import NoHold, UnknownSeats, hold_seats
from shows.models import Show
from tests.clock import let_pass
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
MakeVoucher = Callable[..., Voucher]


def test_a_hold_is_quoted_with_types_fee_tax_and_voucher(
    alice: User, show: Show, theater: Theater, types: list[TicketType], make_voucher: MakeVoucher
) -> None:
    Theater.objects.update(booking_fee=1, tax_rate=7, pays="counter", pay_within_minutes=20)
    make_voucher(uses_at_most=3)
    hold_seats(user_id=alice.pk, show_id=show.pk, labels=["A1", "A2"])
    offer = quote_hold(user_id=alice.pk, show_id=show.pk, types={"A2": "Child"}, voucher="SAVE10")
    quote = offer.quote
    assert [(line.label, line.type, str(line.price)) for line in quote.lines] == [
        ("A1", "Adult", "250.00"),
        ("A2", "Child", "125.00"),
    ]
    assert (str(quote.discount), str(quote.fees), str(quote.total)) == ("37.50", "2.00", "339.50")
    assert str(quote.tax) == "22.22"  # 14.79 and 7.43
    assert (offer.pay, offer.pay_within, offer.uses_left) == (["counter"], 20, 3)


def test_the_value_of_a_type_is_read_exactly(
    alice: User, show: Show, types: list[TicketType]
) -> None:
    offer = quote_seats(
        user_id=alice.pk, show_id=show.pk, labels=["B2", "A1"], types={"B2": "Student"}
    )
    assert [str(line.total) for line in offer.quote.lines] == ["250.00", "7.90"]
    with pytest.raises(TypeNotAllowed):
        quote_seats(
            user_id=None,
            show_id=show.pk,
            labels=["A1", "A2"],
            types={"A1": "Student", "A2": "Student"},
        )


def test_one_statement_reads_all(
    alice: User,
    show: Show,
    types: list[TicketType],
    make_voucher: MakeVoucher,
    django_assert_num_queries: Any,
) -> None:
    make_voucher()
    with django_assert_num_queries(1):
        quote_seats(user_id=alice.pk, show_id=show.pk, labels=["A1"], voucher="SAVE10")


def test_the_counter_is_offered_as_long_as_seats_are_kept_for_it(
    alice: User, show: Show, theater: Theater
) -> None:
    for until, offered in ((None, ["counter"]), (23 * 60, ["counter"]), (24 * 60, [])):
        Theater.objects.update(counter_until_minutes=until)
        offer = quote_seats(user_id=alice.pk, show_id=show.pk, labels=["A1"])
        assert offer.pay == offered


def test_what_is_not_held_or_not_there_is_not_quoted(alice: User, bob: User, show: Show) -> None:
    hold_seats(user_id=bob.pk, show_id=show.pk, labels=["A1"])
    for labels, failure in ((None, NoHold), (["A1", "Z9"], UnknownSeats)):
        with pytest.raises(failure):
            quote_seats(user_id=alice.pk, show_id=show.pk, labels=labels)
    with pytest.raises(DoesNotExist):
        quote_seats(user_id=alice.pk, show_id=2**40, labels=["A1"])
    let_pass(timedelta(minutes=9))
    with pytest.raises(NoHold):
        quote_hold(user_id=bob.pk, show_id=show.pk)


@pytest.mark.parametrize(
    ("fields", "is_valid"),
    [
        ({}, True),
        ({"valid_from": timedelta(hours=-1), "valid_until": timedelta(hours=1)}, True),
        ({"valid_from": timedelta(hours=1)}, False),
        ({"valid_until": timedelta(hours=-1)}, False),
    ],
)
def test_a_voucher_is_valid_for_a_time(
    show: Show, make_voucher: MakeVoucher, fields: dict[str, timedelta], is_valid: bool
) -> None:
    make_voucher(**{name: timezone.now() + delta for name, delta in fields.items()})
    assert refused(show, "SAVE10") is (None if is_valid else VoucherInvalid)


def refused(show: Show, code: str) -> type[Failure] | None:
    try:
        quote_seats(user_id=None, show_id=show.pk, labels=["A1"], voucher=code)
    except Failure as failure:
        return type(failure)
    return None


def test_a_voucher_is_for_its_theater_and_its_movies(
    show: Show, otto: User, movie: Movie, make_voucher: MakeVoucher
) -> None:
    other = Movie.objects.create(title="Faust", duration_minutes=90)
    make_voucher(code="OTTOS", theater=Theater.objects.create(name="Other", owner=otto))
    make_voucher(code="FAUST").movies.add(other)
    make_voucher(code="BOTH").movies.add(other, movie)
    wrong = [VoucherInvalid, VoucherInvalid, VoucherInvalid, None]
    assert [refused(show, code) for code in ("NONE", "OTTOS", "FAUST", "BOTH")] == wrong


def test_uses_are_bookings_that_are_confirmed_or_still_to_be_paid(
    show: Show, alice: User, bob: User, make_voucher: MakeVoucher
) -> None:
    voucher = make_voucher(uses_at_most=2, uses_per_customer=1)

    def left(user: User | None, besides: int | None = None) -> bool:
        user_id = user.pk if user else None
        return uses_left(voucher_id=voucher.pk, user_id=user_id, besides=besides)

    use(voucher, show, alice, status="cancelled", cancelled_at=timezone.now())
    use(voucher, show, alice, **pending(minutes=-1))
    assert left(alice)
    mine = use(voucher, show, alice, **pending(minutes=5))
    assert (left(alice), left(bob), left(None)) == (False, True, True)
    assert left(alice, besides=mine.pk)
    use(voucher, show, bob)
    assert (left(alice), left(None)) == (False, False)
    assert left(alice, besides=mine.pk)
    let_pass(timedelta(minutes=6))
    assert (left(alice), left(bob)) == (True, False)


def test_a_voucher_without_limits_is_never_used_up(
    show: Show, alice: User, make_voucher: MakeVoucher
) -> None:
    voucher = make_voucher()
    use(voucher, show, alice)
    assert uses_left(voucher_id=voucher.pk, user_id=alice.pk)
    assert (
        quote_seats(user_id=alice.pk, show_id=show.pk, labels=["A1"], voucher="SAVE10").uses_left
        is None
    )


def test_a_quote_says_that_a_voucher_is_used_up(
    show: Show, alice: User, make_voucher: MakeVoucher
) -> None:
    use(make_voucher(uses_per_customer=1), show, alice)
    hold_seats(user_id=alice.pk, show_id=show.pk, labels=["A1"])
    with pytest.raises(VoucherUsedUp):
        quote_hold(user_id=alice.pk, show_id=show.pk, voucher="SAVE10")


def test_a_voucher_that_was_deleted_cannot_be_locked(make_voucher: MakeVoucher) -> None:
    voucher = make_voucher()
    lock_voucher(voucher_id=voucher.pk)
    pk = voucher.pk
    voucher.delete()
    with pytest.raises(VoucherInvalid):
        lock_voucher(voucher_id=pk)
    assert not uses_left(voucher_id=pk, user_id=None)
