"""Vouchers and prices beside many buyers; each guard has a twin that switches it off."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from bookings import booking, taking
from bookings.models import Booking, Ticket
from pricing import quoting, vouchers
from pricing.models import TicketType, Voucher
from shows.models import Seat, Show
from tests.invariants import violations
from tests.parallel import at_once
from tests.racing import SLOW_BOOK, client_of, statuses, switch_off, unexpected
from theaters.models import Theater
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
MakeVoucher = Callable[..., Voucher]
BUYERS, USES, ROUNDS = 50, 5, 3


@pytest.fixture
def make_voucher(theater: Theater) -> MakeVoucher:
    return partial(Voucher.objects.create, theater=theater, value=10)


@pytest.fixture
def buyers(crowd: list[User]) -> list[User]:
    """Fifty customers who may have many tickets."""
    User.objects.update(email_verified=True)
    return crowd[:BUYERS]


def buys(user: User, show: Show, place: int, **wish: Any) -> Callable[[], Any]:
    """A call that books one of the show's hundred seats."""
    label = f"{'ABCDEFGHIJ'[place // 10]}{1 + place % 10}"
    body = {"show": show.pk, "seats": [label], **wish}
    return partial(client_of(user).post, "/api/v1/bookings/", body)


# A voucher of five uses, fifty buyers


def race_for_a_voucher(show: Show, buyers: list[User], voucher: Voucher) -> list[int]:
    calls = [buys(user, show, place, voucher=voucher.code) for place, user in enumerate(buyers)]
    return statuses(at_once(calls))


def test_of_fifty_buyers_five_use_a_voucher_of_five_uses(
    make_show: Callable[..., Show], buyers: list[User], make_voucher: MakeVoucher
) -> None:
    for number in range(ROUNDS):
        voucher = make_voucher(code=f"FIVE-{number}", uses_at_most=USES)
        found = race_for_a_voucher(make_show(), buyers, voucher)
        assert found == [201] * USES + [409] * (BUYERS - USES)
        assert voucher.bookings.count() == USES
        assert not violations()


LOCK_AND_COUNT = f"""
WITH locked AS MATERIALIZED (
  SELECT * FROM pricing_voucher WHERE id = %(voucher)s FOR NO KEY UPDATE
)
SELECT {vouchers.LEFT} FROM locked voucher, {vouchers.USED}
"""


def test_when_one_statement_locks_and_counts_more_do(
    show: Show,
    buyers: list[User],
    make_voucher: MakeVoucher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vouchers, "COUNT", LOCK_AND_COUNT)
    monkeypatch.setattr(booking, "lock_voucher", lambda voucher_id: None)
    voucher = make_voucher(code="FIVE", uses_at_most=USES)
    assert race_for_a_voucher(show, buyers, voucher).count(201) > USES


# A voucher that is deleted while it is used


def test_a_voucher_is_either_deleted_or_used(
    make_show: Callable[..., Show],
    buyers: list[User],
    olga: User,
    make_voucher: MakeVoucher,
) -> None:
    for number in range(8):
        show, voucher = make_show(), make_voucher(code=f"GOING-{number}")
        path = f"/api/v1/vouchers/{voucher.pk}/"
        calls = [buys(user, show, n, voucher=voucher.code) for n, user in enumerate(buyers[:6])]
        calls.append(partial(client_of(olga).delete, path))
        *bought, deleted = at_once(calls)
        uses = Booking.objects.filter(show=show).count()
        assert deleted.status_code == (409 if uses else 204)
        assert statuses(bought) == [201] * uses + [400] * (6 - uses)


# A show that is priced anew while it is sold by type


def race_repricing(
    make_show: Callable[..., Show], buyers: list[User], olga: User
) -> list[tuple[Decimal, Decimal]]:
    """Tickets for children whose price is not half of their seat's."""
    wrong = []
    for _ in range(6):
        show = make_show()
        path = f"/api/v1/shows/{show.pk}/"
        calls = [buys(user, show, n, types=types_of(n)) for n, user in enumerate(buyers[:8])]
        calls.insert(4, partial(client_of(olga).patch, path, {"price": "100.00"}))
        answers = at_once(calls)
        assert unexpected(answers) == []
        seats = dict(Seat.objects.filter(show=show).values_list("pk", "price"))
        sold = Ticket.objects.filter(booking__show=show).values_list("seat", "price")
        wrong += [(seats[pk], price) for pk, price in sold if seats[pk] != 2 * price]
    return wrong


def types_of(place: int) -> dict[str, str]:
    return {f"A{1 + place}": "Child"}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets prices change between the quote and the booking."""
    switch_off(monkeypatch, quoting, "OF_LABELS", "\nFROM terms ", "\nFROM pg_sleep(0.1), terms ")


@pytest.fixture
def child(theater: Theater) -> None:
    """Children pay half."""
    TicketType.objects.create(theater=theater, name="Child", kind="share", value=50)


def test_a_ticket_costs_what_its_type_makes_of_its_seats_price(
    make_show: Callable[..., Show],
    buyers: list[User],
    olga: User,
    child: None,
    slow: None,
) -> None:
    assert race_repricing(make_show, buyers, olga) == []


def test_without_the_check_of_the_base_a_ticket_has_the_old_price(
    make_show: Callable[..., Show],
    buyers: list[User],
    olga: User,
    child: None,
    slow: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, taking, "BOOK", " AND as_quoted\n", "\n", *SLOW_BOOK)
    assert race_repricing(make_show, buyers, olga) != []
