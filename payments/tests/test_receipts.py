"""Receipts and credit notes: what stands on them, and that it stays."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bookings.models import Booking, Ticket
from core.postgres.rows import execute
from payments.models import Payment, Receipt
from payments.receipt_lines import Sold, lines_of, taxes_of
from payments.receipts import issue_credit_note, issue_receipt
from payments.tests.sold import SELLER, _books_are_right, given_back, paid, seller, sold
from shows.models import Show
from tests.clock import let_pass
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
__all__ = ["_books_are_right", "seller"]
FEE = {"fee": Decimal("1.07"), "tax": Decimal("0.77")}


def void(booking: Booking, label: str, kept: str = "0") -> None:
    Ticket.objects.filter(booking=booking, label=label).update(status="void", kept=kept)


def receipt(number: int) -> Receipt:
    found: Receipt = Receipt.objects.get(number=number)
    return found


def summary(receipt: Receipt) -> list[tuple[Any, ...]]:
    return [(each["item"], each.get("seat"), each["gross"], each["tax"]) for each in receipt.lines]


def test_a_receipt_says_who_sold_what_to_whom(seller: Theater, show: Show, alice: User) -> None:
    booking = sold(show, alice, FEE, {"type": "Child", "price": Decimal("5.35"), "tax": "0.35"})
    assert issue_receipt(payment_id=paid(booking, 1712).pk) == receipt(1).pk
    it = receipt(1)
    assert (it.kind, it.amount, it.currency, it.booking) == ("receipt", 1712, "EUR", booking)
    assert (it.seller, it.customer) == (SELLER, {"name": "Alice"})
    assert it.sale["movie"] == "Metropolis"
    assert (it.sale["booking"], it.sale["provider"]) == (booking.reference, "stripe")
    assert summary(it) == [
        ("ticket", "A1", 1070, 70),
        ("booking_fee", "A1", 107, 7),
        ("ticket", "A2", 535, 35),
    ]
    assert it.lines[2]["type"] == "Child"
    assert it.taxes == [{"rate": "7.00", "net": 1600, "tax": 112, "gross": 1712}]
    assert it.fiscal == {}


def test_each_payment_has_one_receipt_and_each_refund_one_credit_note(
    seller: Theater, show: Show, alice: User
) -> None:
    booking = sold(show, alice, {})
    payment = paid(booking, 1070)
    assert issue_receipt(payment_id=payment.pk) == issue_receipt(payment_id=payment.pk)
    void(booking, "A1")
    refund = given_back(payment, 1070)
    assert issue_credit_note(refund_id=refund.pk) == issue_credit_note(refund_id=refund.pk)
    assert list(Receipt.objects.values_list("number", "kind", "amount")) == [
        (2, "credit_note", -1070),
        (1, "receipt", 1070),
    ]
    assert receipt(2).taxes == [{"rate": "7.00", "net": -1000, "tax": -70, "gross": -1070}]


def test_what_a_cancelled_ticket_keeps_stays_taxed(
    seller: Theater, show: Show, alice: User
) -> None:
    booking = sold(show, alice, FEE)
    payment = paid(booking, 1177)
    issue_receipt(payment_id=payment.pk)
    void(booking, "A1", kept="3.21")
    issue_credit_note(refund_id=given_back(payment, 856).pk)
    assert summary(receipt(2)) == [("ticket", "A1", -856, -56)]


def test_money_that_comes_twice_is_on_account_and_so_is_what_goes_back(
    seller: Theater, show: Show, alice: User
) -> None:
    booking = sold(show, alice, {})
    issue_receipt(payment_id=paid(booking, 1070).pk)
    again = paid(booking, 1070)
    issue_receipt(payment_id=again.pk)
    issue_credit_note(refund_id=given_back(again, 1070).pk)
    assert summary(receipt(2)) == [("on_account", None, 1070, 0)]
    assert summary(receipt(3)) == [("on_account", None, -1070, 0)]


def test_an_exchange_shows_both_tickets(seller: Theater, show: Show, alice: User) -> None:
    booking = sold(show, alice, {})
    issue_receipt(payment_id=paid(booking, 1070).pk)
    void(booking, "A1")
    Ticket.objects.create(
        booking=booking, code="f" * 32, label="B1", category="premium", price="12.84", tax_rate=7,
        tax="0.84",
    )  # fmt: skip
    issue_receipt(payment_id=paid(booking, 214).pk)
    assert summary(receipt(2)) == [("ticket", "A1", -1070, -70), ("ticket", "B1", 1284, 84)]


@pytest.mark.parametrize("problem", ["wrong_amount", "wrong_currency", "test_mode"])
def test_money_that_is_held_apart_gets_no_receipt(
    seller: Theater, show: Show, alice: User, problem: str
) -> None:
    payment = paid(sold(show, alice, {}), 5, problem=problem)
    assert issue_receipt(payment_id=payment.pk) is None
    assert issue_credit_note(refund_id=given_back(payment, 5).pk) is None
    assert not Receipt.objects.exists()


def test_money_of_no_booking_gets_no_receipt(db: None) -> None:
    stray = Payment.objects.create(provider="stripe", amount=5, captured=5, currency="EUR")
    assert issue_receipt(payment_id=stray.pk) is None


def test_yen_have_no_hundredths(seller: Theater, show: Show, alice: User) -> None:
    booking = sold(show, alice, {"price": 1800, "tax_rate": 10, "tax": 164})
    issue_receipt(payment_id=paid(booking, 1800, currency="JPY").pk)
    assert receipt(1).taxes == [{"rate": "10.00", "net": 1636, "tax": 164, "gross": 1800}]


def test_what_is_rolled_back_leaves_no_gap(seller: Theater, show: Show, alice: User) -> None:
    booking = sold(show, alice, {})
    first, second = paid(booking, 1070), paid(booking, 1070)
    with transaction.atomic():
        issue_receipt(payment_id=first.pk)
        transaction.set_rollback(True)
    issue_receipt(payment_id=second.pk)
    assert list(Receipt.objects.values_list("number", "payment")) == [(1, second.pk)]


def test_each_theater_counts_its_own(
    seller: Theater, show: Show, alice: User, otto: User, make_show: Any
) -> None:
    other = Theater.objects.create(name="Metro", city="Graz", currency="EUR", owner=otto)
    elsewhere = make_show(screen=other.screens.create(name="One"))
    for each in (show, elsewhere, show):
        issue_receipt(payment_id=paid(sold(each, alice, {}), 1070).pk)
    found = Receipt.objects.order_by("pk").values_list("theater", "number")
    assert list(found) == [(seller.pk, 1), (other.pk, 1), (seller.pk, 2)]


def test_a_theater_that_has_not_said_who_sells_goes_by_its_name(show: Show, alice: User) -> None:
    issue_receipt(payment_id=paid(sold(show, alice, {}), 1070).pk)
    assert receipt(1).seller["legal_name"] == "Babylon"


def test_a_receipt_stays_as_it_was_when_the_seller_moves(
    seller: Theater, show: Show, alice: User
) -> None:
    issue_receipt(payment_id=paid(sold(show, alice, {}), 1070).pk)
    Theater.objects.update(legal_name="Somebody Else")
    assert receipt(1).seller == SELLER


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_receipt SET amount = 1",
        "UPDATE payments_receipt SET fiscal = '{}'",
        "DELETE FROM payments_receipt",
        "TRUNCATE payments_receipt",
    ],
)
def test_the_database_lets_nobody_change_a_receipt(
    seller: Theater, show: Show, alice: User, statement: str
) -> None:
    issue_receipt(payment_id=paid(sold(show, alice, {}), 1070).pk)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="a receipt is never changed"), transaction.atomic():
        execute(statement)
    assert Receipt.objects.get().amount == 1070


def test_a_receipt_of_five_years_ago_may_go(seller: Theater, show: Show, alice: User) -> None:
    payment = paid(sold(show, alice, {}), 1070)
    fields = {"theater": seller, "payment": payment, "amount": 1, "currency": "EUR"}
    years_ago = timezone.now() - timedelta(days=5 * 366)
    Receipt.objects.create(number=1, kind="receipt", seller={}, lines=[], taxes=[],
                           issued_at=years_ago, **fields)  # fmt: skip
    assert Receipt.objects.all().delete()[0] == 1


def test_the_fiscal_interface_chains_a_theaters_receipts(
    seller: Theater, show: Show, alice: User, settings: Any
) -> None:
    settings.FISCAL = "fake"
    payments = [paid(sold(show, alice, {}), 1070) for _ in range(2)]
    for each in payments:
        issue_receipt(payment_id=each.pk)
    first, second = receipt(1).fiscal, receipt(2).fiscal
    assert first["lines"][0] == "NOT CERTIFIED: for tests only"
    assert first["qr"].startswith("FAKE;1;1070;")
    assert first["qr"] != second["qr"].replace("FAKE;2", "FAKE;1")


def test_a_receipt_costs_few_queries(
    seller: Theater, show: Show, alice: User, django_assert_max_num_queries: Any
) -> None:
    payment = paid(sold(show, alice, *[{}] * 10), 10700)
    with django_assert_max_num_queries(6):
        issue_receipt(payment_id=payment.pk)


cents = st.integers(0, 5000).map(lambda units: Decimal(units).scaleb(-2))
rates = st.sampled_from([Decimal(rate) for rate in ("0", "7", "10", "19", "5.50")])


@st.composite
def tickets(draw: Any) -> Sold:
    price, fee, rate = draw(cents), draw(cents), draw(rates)
    gross = price + fee
    tax = round(gross * rate / (100 + rate), 2)
    kept = min(draw(cents), gross)
    return Sold(
        draw(st.integers(1, 3)), "A1", "standard", "", price, Decimal(0), fee, rate, tax, kept,
        draw(st.sampled_from(["valid", "void", "pending"])),
    )  # fmt: skip


histories = st.lists(
    st.tuples(st.lists(tickets(), unique_by=lambda each: each.id), st.integers(-9999, 9999)),
    max_size=5,
)


@given(histories)
def test_lines_taxes_and_amounts_add_up_whatever_happens(
    history: list[tuple[list[Sold], int]],
) -> None:
    earlier: list[dict[str, Any]] = []
    for now, amount in history:
        lines = lines_of(now, earlier, amount=amount, currency="EUR")
        earlier += lines
        assert sum(line["gross"] for line in lines) == amount
        assert all(line["net"] + line["tax"] == line["gross"] for line in lines)
        sums = taxes_of(lines)
        for name in ("net", "tax", "gross"):
            assert sum(each[name] for each in sums) == sum(line[name] for line in lines)
        for ticket in now:
            of_it = [line for line in earlier if line.get("ticket") == ticket.id]
            worth = {"valid": ticket.price + ticket.fee, "void": ticket.kept}
            assert sum(line["gross"] for line in of_it) == 100 * worth.get(ticket.status, 0)


def test_time_passes_for_all_but_receipts(seller: Theater, show: Show, alice: User) -> None:
    issue_receipt(payment_id=paid(sold(show, alice, {}), 1070).pk)
    let_pass(timedelta(days=1))
    assert receipt(1).number == 1
