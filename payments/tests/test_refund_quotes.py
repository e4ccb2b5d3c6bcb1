"""What cancelling would give back is asked first, line by line, and is what comes back."""

from typing import Any

import pytest

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments.models import LedgerEntry, ProviderAccount, Refund
from payments.tests.conftest import Bank, Start
from pricing.models import Voucher
from shows.models import Seat, Show
from tests.api import As, book
from tests.clock import let_pass
from tests.problems import problem
from theaters.models import Theater
from users.models import User

# Half of the price comes back until an hour before, and the fee of 1.50 does not.
TERMS = {"refund_policy": [{"until_minutes": 60, "share": 50}], "booking_fee": "1.50"}


@pytest.fixture
def paid(as_: As, show: Show, alice: User, start: Start, bank: Bank) -> dict[str, Any]:
    """Alice's booking of A1 for 250.01 and A2 for 250.00, with fees, which is paid."""
    Theater.objects.update(**TERMS)
    Seat.objects.filter(show=show, label="A1").update(price="250.01")
    made: dict[str, Any] = book(as_(alice), show, "A1", "A2").json()
    bank.pay(start(alice, made["reference"]).pk)
    return made


def path(booking: dict[str, Any], what: str = "refund") -> str:
    return f"/api/v1/bookings/{booking['reference']}/{what}/"


def code_of(booking: dict[str, Any], seat: str) -> str:
    code: str = next(each["code"] for each in booking["tickets"] if each["seat"] == seat)
    return code


def test_it_says_what_comes_back_and_what_is_kept(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    assert as_(alice).get(path(paid)).json() == {
        "lines": [
            {"ticket": code_of(paid, "A1"), "seat": "A1", "refund": "125.01", "kept": "126.50"},
            {"ticket": code_of(paid, "A2"), "seat": "A2", "refund": "125.00", "kept": "126.50"},
        ],
        "total": "250.01",
        "kept": "253.00",
        "currency": "EUR",
        "share": 50,
    }


def test_it_is_of_the_tickets_that_are_named(as_: As, alice: User, paid: dict[str, Any]) -> None:
    client, code = as_(alice), code_of(paid, "A2")
    quote = client.get(path(paid), {"tickets": code}).json()
    assert [line["seat"] for line in quote["lines"]] == ["A2"]
    assert (quote["total"], quote["kept"]) == ("125.00", "126.50")
    wish = {"tickets": [code], "refund": quote["total"]}
    assert client.post(path(paid, "cancel"), wish).status_code == 200
    assert Refund.objects.get().amount == 12500
    rest = client.get(path(paid)).json()
    assert [line["seat"] for line in rest["lines"]] == ["A1"]


def test_unknown_tickets_are_refused(as_: As, alice: User, paid: dict[str, Any]) -> None:
    client, code = as_(alice), code_of(paid, "A1")
    for codes in (f"{code},no-such-ticket", "no-such-ticket"):
        problem(client.get(path(paid), {"tickets": codes}), 400, "unknown_tickets")
    assert client.get(path(paid), {"tickets": f"{code},{code}"}).json()["total"] == "125.01"


def test_another_amount_than_expected_cancels_nothing(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    client = as_(alice)
    refused = client.post(path(paid, "cancel"), {"refund": "250.00"})
    assert problem(refused, 409, "refund_changed")["refund"] == "250.01"
    one = {"tickets": [code_of(paid, "A1")], "refund": "250.01"}
    assert problem(client.post(path(paid, "cancel"), one), 409, "refund_changed")["refund"] == (
        "125.01"
    )
    assert client.get(path(paid, "payments")).json()[0]["refunds"] == []


def test_whoever_sells_gives_everything_back(
    as_: As, olga: User, paid: dict[str, Any], show: Show
) -> None:
    let_pass(show.starts_at - show.created_at - (show.ends_at - show.starts_at) / 4)
    Theater.objects.update(fee_refundable=True)
    quote = as_(olga).get(path(paid)).json()
    assert (quote["total"], quote["kept"], quote["share"]) == ("503.01", "0.00", 100)


def test_what_is_not_paid_gives_nothing_back(as_: As, alice: User, pending: dict[str, Any]) -> None:
    quote = as_(alice).get(path(pending)).json()
    assert (quote["total"], quote["kept"]) == ("0.00", "0.00")
    assert {line["refund"] for line in quote["lines"]} == {"0.00"}
    changed = as_(alice).post(path(pending, "cancel"), {"refund": "1.00"})
    assert problem(changed, 409, "refund_changed")["refund"] == "0.00"


def test_amounts_without_decimals_are_rounded_to_whole_ones(
    as_: As, show: Show, alice: User, start: Start, bank: Bank
) -> None:
    Theater.objects.update(**TERMS | {"booking_fee": 0, "currency": "JPY"})
    Seat.objects.filter(show=show, label="A1").update(price=251)
    made = book(as_(alice), show, "A1").json()
    bank.pay(start(alice, made["reference"]).pk)
    quote = as_(alice).get(path(made)).json()
    assert (quote["total"], quote["currency"]) == ("126.00", "JPY")


def test_a_ticket_that_was_used_is_not_given_back(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    Ticket.objects.filter(label="A1").update(used_at=StatementTime())
    client = as_(alice)
    problem(client.get(path(paid)), 409, "already_used")
    problem(client.post(path(paid, "cancel")), 409, "already_used")
    other = client.get(path(paid), {"tickets": code_of(paid, "A2")}).json()
    assert other["total"] == "125.00"


def kept_of() -> dict[str, str]:
    return {ticket.label: str(ticket.kept) for ticket in Ticket.objects.order_by("label")}


@pytest.mark.parametrize(
    ("fee_refundable", "kept"),
    [(True, {"A1": "125.00", "A2": "125.00"}), (False, {"A1": "126.50", "A2": "126.50"})],
)
def test_a_ticket_remembers_what_was_kept(
    as_: As, alice: User, paid: dict[str, Any], fee_refundable: bool, kept: dict[str, str]
) -> None:
    Theater.objects.update(fee_refundable=fee_refundable)
    quote = as_(alice).get(path(paid)).json()
    assert {line["seat"]: line["kept"] for line in quote["lines"]} == kept
    assert as_(alice).post(path(paid, "cancel")).status_code == 200
    assert kept_of() == kept


def test_a_discount_is_no_money_that_comes_back(
    as_: As, show: Show, alice: User, start: Start, bank: Bank
) -> None:
    Theater.objects.update(**TERMS)
    Voucher.objects.create(theater=show.screen.theater, code="TEN", kind="share", value=10)
    made = book(as_(alice), show, "A1", voucher="TEN").json()
    bank.pay(start(alice, made["reference"]).pk)
    quote = as_(alice).get(path(made)).json()
    assert (quote["total"], quote["kept"]) == ("112.50", "114.00")
    assert as_(alice).post(path(made, "cancel")).status_code == 200
    assert kept_of() == {"A1": "114.00"}
    assert Refund.objects.get().amount == 11250


@pytest.mark.parametrize("pay", ["online", "counter"])
def test_of_what_was_not_paid_nothing_is_kept(
    as_: As, show: Show, alice: User, account: ProviderAccount, pay: str
) -> None:
    Theater.objects.update(**TERMS | {"pays": "both"})
    made = book(as_(alice), show, "A1", pay=pay).json()
    assert as_(alice).post(path(made, "cancel")).status_code == 200
    assert kept_of() == {"A1": "0.00"}
    assert Seat.objects.get(show=show, label="A1").status == "available"


def test_the_last_tickets_end_the_booking_at_that_time(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    client = as_(alice)
    one = client.post(path(paid, "cancel"), {"tickets": [code_of(paid, "A1")]}).json()
    assert (one["status"], Booking.objects.get().cancelled_at) == ("confirmed", None)
    last = client.post(path(paid, "cancel"), {"tickets": [code_of(paid, "A2")]}).json()
    assert last["status"] == "cancelled"
    booking = Booking.objects.get()
    assert booking.cancelled_at is not None
    assert booking.cancelled_at > booking.created_at


def test_a_used_ticket_stays_and_the_other_can_be_cancelled(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    Ticket.objects.filter(label="A1").update(used_at=StatementTime())
    client = as_(alice)
    used, other = ({"tickets": [code_of(paid, seat)]} for seat in ("A1", "A2"))
    problem(client.post(path(paid, "cancel"), used), 409, "already_used")
    left = client.post(path(paid, "cancel"), other).json()
    assert [ticket["status"] for ticket in left["tickets"]] == ["valid", "void"]
    assert left["status"] == "confirmed"


def test_a_cancelled_show_gives_back_used_tickets_and_fees_too(
    as_: As, olga: User, paid: dict[str, Any], show: Show
) -> None:
    Ticket.objects.filter(label="A1").update(used_at=StatementTime())
    ended = as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})
    assert ended.status_code == 200
    assert kept_of() == {"A1": "0.00", "A2": "0.00"}
    assert Refund.objects.get().amount == 50301


def test_whoever_sells_keeps_the_fee_where_it_is_not_refundable(
    as_: As, olga: User, paid: dict[str, Any]
) -> None:
    quote = as_(olga).get(path(paid)).json()
    assert (quote["total"], quote["kept"], quote["share"]) == ("500.01", "3.00", 100)


def test_who_may_cancel_freely_gets_the_fee_back_too(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    Booking.objects.update(free_cancellation=True)
    quote = as_(alice).get(path(paid)).json()
    assert (quote["total"], quote["kept"], quote["share"]) == ("503.01", "0.00", 100)


def test_the_ledger_gives_back_the_price_less_what_was_kept(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    assert as_(alice).post(path(paid, "cancel")).status_code == 200
    entries = LedgerEntry.objects.filter(kind__in=["sale", "fee", "void", "voidfee"])
    amounts = entries.order_by("kind", "ticket").values_list("kind", "amount")
    assert list(amounts) == [
        ("fee", 150),
        ("fee", 150),
        ("sale", 25001),
        ("sale", 25000),
        ("void", 12501),
        ("void", 12500),
    ]


def test_money_from_the_counter_is_paid_out_by_a_person(
    as_: As, alice: User, olga: User, show: Show, account: ProviderAccount, bank: Bank
) -> None:
    Theater.objects.update(pays="both")
    made = book(as_(alice), show, "A1", pay="counter").json()
    taken = {"amount": made["total"], "method": "cash"}
    assert as_(olga).post(path(made, "payments/counter"), taken).status_code == 201
    assert as_(alice).post(path(made, "cancel")).status_code == 200
    bank.refund_all()
    assert Refund.objects.get().status == "due"
