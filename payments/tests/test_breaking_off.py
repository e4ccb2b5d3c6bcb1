"""A show that was broken off: a share for everybody, or a voucher."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments.models import Refund
from payments.tests.conftest import Bank, Start
from pricing.models import Voucher
from shows.models import Seat, Show
from tests.api import As, book
from tests.clock import let_pass
from tests.invariants import violations
from theaters.models import Theater
from users.models import User
from users.tests.conftest import run_jobs

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _invariants_hold_afterwards(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def running(as_: As, show: Show, alice: User, bob: User, start: Start, bank: Bank) -> Show:
    """Alice has paid for A1 and A2 and is in with one of them, Bob has a ticket that is not paid;
    the show has begun. Fees are 1.50."""
    Theater.objects.update(booking_fee="1.50", pays="both")
    Seat.objects.filter(show=show, label="A2").update(price="250.01")
    reference = book(as_(alice), show, "A1", "A2", pay="online").json()["reference"]
    bank.pay(start(alice, reference).pk)
    book(as_(bob), show, "B1", pay="counter")
    run_jobs()
    mail.outbox.clear()
    let_pass(A_DAY + timedelta(hours=1))
    Ticket.objects.filter(label="A1").update(used_at=StatementTime())
    return show


def path(show: Show) -> str:
    return f"/api/v1/shows/{show.pk}/cancel/"


def break_off(as_: As, user: User, show: Show, **wish: Any) -> Any:
    return as_(user).post(path(show), {"reason": "The projector broke", **wish})


def test_a_share_goes_back_for_used_tickets_too(
    as_: As, olga: User, alice: User, running: Show, bank: Bank
) -> None:
    quote = as_(olga).get(path(running), {"share": "50"}).json()
    assert quote == {
        "bookings": 2,
        "tickets": 3,
        "refund": "250.01",
        "vouchers": "0.00",
        "currency": "EUR",
    }
    assert break_off(as_, olga, running, share=50, refund="250.01").status_code == 200
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (25001, "show_cancelled")
    bank.refund_all()
    assert bank.gave_back() == 25001
    assert not Voucher.objects.exists()
    run_jobs()
    news = next(each for each in mail.outbox if "was broken off" in each.subject)
    assert news.to == [alice.email]
    assert "250.01 EUR goes back" in news.body
    assert "voucher" not in news.body


def test_vouchers_are_worth_the_tickets(
    as_: As, show: Show, olga: User, alice: User, bob: User, running: Show, make_show: Any
) -> None:
    quote = as_(olga).get(path(running), {"vouchers": "true"}).json()
    assert (quote["refund"], quote["vouchers"]) == ("0.00", "503.01")
    assert break_off(as_, olga, running, vouchers=True, refund="0.00").status_code == 200
    assert not Refund.objects.exists()
    voucher = Voucher.objects.get()
    assert (str(voucher.value), voucher.kind, voucher.uses_at_most) == ("503.01", "amount", 1)
    mine = Booking.objects.get(user=alice)
    answer = as_(alice).get(f"/api/v1/bookings/{mine.reference}/").json()
    assert (answer["status"], answer["given_voucher"]) == ("cancelled", voucher.code)
    theirs = Booking.objects.get(user=bob)
    assert theirs.given_voucher is None
    run_jobs()
    (news,) = [each for each in mail.outbox if each.to == [alice.email]]
    html = news.alternatives[0][0]  # type: ignore[attr-defined]
    for text in (news.body, str(html)):
        assert voucher.code in text
        assert "503.01 EUR" in text
        assert "goes back" not in text
    later = book(as_(alice), make_show(), "A1", "A2", voucher=voucher.code, pay="online").json()
    assert later["total"] == "3.00"  # the fees


def test_a_share_and_a_voucher_for_the_rest(as_: As, olga: User, running: Show) -> None:
    quote = as_(olga).get(path(running), {"share": "40", "vouchers": "true"}).json()
    assert (quote["refund"], quote["vouchers"]) == ("200.00", "303.01")
    break_off(as_, olga, running, share=40, vouchers=True)
    assert Refund.objects.get().amount == 20000
    assert str(Voucher.objects.get().value) == "303.01"


def test_all_of_it_is_with_the_fees_and_leaves_nothing_for_a_voucher(
    as_: As, olga: User, running: Show
) -> None:
    break_off(as_, olga, running, share=100, vouchers=True)
    assert Refund.objects.get().amount == 50301
    assert not Voucher.objects.exists()


def test_what_was_cancelled_before_is_not_given_for_again(
    as_: As, olga: User, alice: User, show: Show, start: Start, bank: Bank
) -> None:
    Theater.objects.update(refund_policy=[{"until_minutes": 0, "share": 50}])
    made = book(as_(alice), show, "A1", "A2").json()
    bank.pay(start(alice, made["reference"]).pk)
    cancel = f"/api/v1/bookings/{made['reference']}/cancel/"
    as_(alice).post(cancel, {"tickets": [made["tickets"][0]["code"]]})
    let_pass(A_DAY + timedelta(hours=1))
    break_off(as_, olga, show, vouchers=True)
    assert str(Voucher.objects.get().value) == "250.00"


@pytest.mark.parametrize("wish", [{"share": 99}, {"vouchers": True}])
def test_of_a_show_that_has_not_started_all_comes_back(
    as_: As, olga: User, show: Show, account: Any, wish: dict[str, Any]
) -> None:
    refused = break_off(as_, olga, show, **wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_started")
    query = {name: str(value).lower() for name, value in wish.items()}
    assert as_(olga).get(path(show), query).json()["code"] == "not_started"
    assert break_off(as_, olga, show, share=100).status_code == 200


@pytest.mark.parametrize("query", ["share=101", "share=-1", "share=٥", "share=", "vouchers=1"])
def test_a_senseless_dry_run_is_refused(
    as_: As, olga: User, show: Show, account: Any, query: str
) -> None:
    refused = as_(olga).get(f"{path(show)}?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, "validation_failed")


def test_another_amount_than_expected_changes_nothing(as_: As, olga: User, running: Show) -> None:
    refused = break_off(as_, olga, running, share=50, refund="250.00").json()
    assert (refused["code"], refused["refund"]) == ("refund_changed", "250.01")
    assert Show.objects.get(pk=running.pk).status == "scheduled"


def test_it_is_possible_for_fourteen_days(as_: As, olga: User, running: Show) -> None:
    let_pass(14 * A_DAY + timedelta(hours=2))
    assert break_off(as_, olga, running, vouchers=True).json()["code"] == "too_late"
    assert not Voucher.objects.exists()


def test_a_voucher_that_was_given_cannot_be_deleted(as_: As, olga: User, running: Show) -> None:
    break_off(as_, olga, running, vouchers=True)
    voucher = f"/api/v1/vouchers/{Voucher.objects.get().pk}/"
    assert as_(olga).delete(voucher).json()["code"] == "in_use"
