"""Money is taken at the counter while the owner cancels the show."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError

from bookings.booking import book_seats
from bookings.models import Booking
from bookings.order import Order
from payments import counter, starting
from payments.tests.conftest import SELLER
from shows.models import Show
from tests.money_racing import broken, quietly
from tests.parallel import at_once
from tests.racing import cancel_show, unexpected
from theaters.models import Theater
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS = 12


def race_the_counter_and_a_cancelled_show(
    make_show: Callable[..., Show], alice: User, owner: User
) -> list[Any]:
    for _ in range(ROUNDS):
        show = make_show()
        order = Order(show.pk, ["A1", "A2"], pay="counter")
        booking = Booking.objects.get(pk=book_seats(user_id=alice.pk, order=order))
        answers = at_once(
            [
                quietly(
                    partial(
                        counter.take_at_counter,
                        user=owner,
                        booking=booking,
                        amount=booking.total,
                        method="cash",
                    )
                ),
                quietly(cancel_show(owner, show)),
            ]
        )
        deadlocks = [each for each in answers if isinstance(each, OperationalError)]
        if deadlocks or unexpected(answers[1:]) or broken():
            return [*answers, *broken()]
    return []


def test_the_counter_and_a_cancelled_show_do_not_wait_for_each_other(
    make_show: Callable[..., Show], alice: User, screen: Any
) -> None:
    Theater.objects.update(pays="both", **SELLER)
    assert race_the_counter_and_a_cancelled_show(make_show, alice, screen.theater.owner) == []


def test_a_counter_that_locks_the_booking_first_does(
    make_show: Callable[..., Show], alice: User, screen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def booking_first(booking_id: int) -> None:
        """Nothing is locked before the booking, which then waits a moment."""

    monkeypatch.setattr(counter, "lock_places", booking_first)
    monkeypatch.setattr(starting, "LOCK_BOOKING", SLOWLY)
    assert race_the_counter_and_a_cancelled_show(make_show, alice, screen.theater.owner) != []


SLOWLY = """
SELECT pg_sleep(0.05) FROM (SELECT FROM bookings_booking WHERE id = %s FOR NO KEY UPDATE) locked
"""
