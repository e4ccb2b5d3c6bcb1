"""Personal data goes when its time is over; money, receipts and what is still needed stay."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from rest_framework.test import APIClient

from admission.models import Scan
from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments.models import LedgerEntry, Payment, ProviderAccount, ProviderEvent, Receipt, Refund
from payments.tests.conftest import Bank
from privacy import forgetting
from shows.models import Show
from tests.api import As, book
from users.models import Session, User

ME = "/api/v1/users/me/"
PASSWORD = {"password": "correct-horse-battery"}
pytestmark = pytest.mark.django_db


def show_was(days: int) -> None:
    """The show was so long ago."""
    start = StatementTime() - timedelta(days=days, hours=3)
    Show.objects.update(
        starts_at=start, ends_at=start + timedelta(hours=2), free_at=start + timedelta(hours=3)
    )


def unseen(user: User, days: int) -> None:
    """The user was last here so long ago."""
    Session.objects.filter(user=user).delete()
    then = StatementTime() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(last_login=then, date_joined=then)


@pytest.mark.parametrize(("days", "address"), [(364, "a@work.example"), (366, "")])
def test_a_booking_forgets_its_contact_a_year_after_the_show(
    paid: dict[str, Any], days: int, address: str
) -> None:
    show_was(days)
    forgetting.forget_contacts()
    assert Booking.objects.get().contact_email == address
    assert Booking.objects.get().total > 0


def test_not_before_its_money_has_arrived(as_: As, alice: User, paid: dict[str, Any]) -> None:
    as_(alice).post(f"/api/v1/bookings/{paid['reference']}/cancel/")
    assert Refund.objects.get().status == "due"
    show_was(366)
    assert forgetting.forget_contacts() == 0
    assert Booking.objects.get().contact_name == "Alice A."


def test_an_account_is_closed_a_year_after_its_last_sign_of_life(
    alice: User, paid: dict[str, Any]
) -> None:
    show_was(366)
    unseen(alice, 366)
    assert forgetting.close_idle_accounts() == 1
    alice.refresh_from_db()
    assert (alice.name, alice.is_active) == ("Closed account", False)
    assert Booking.objects.get().user == alice
    assert LedgerEntry.objects.exists()
    assert Receipt.objects.get().customer["name"]


def test_whoever_was_at_a_show_keeps_the_account(alice: User, paid: dict[str, Any]) -> None:
    show_was(300)
    unseen(alice, 366)
    assert forgetting.close_idle_accounts() == 0


def test_whoever_has_a_session_keeps_the_account(as_: As, alice: User) -> None:
    unseen(alice, 366)
    as_(alice)
    User.objects.update(last_login=None)
    assert forgetting.close_idle_accounts() == 0


def test_whoever_waits_for_money_keeps_the_account(
    as_: As, alice: User, paid: dict[str, Any]
) -> None:
    as_(alice).post(f"/api/v1/bookings/{paid['reference']}/cancel/")
    show_was(366)
    unseen(alice, 366)
    assert forgetting.close_idle_accounts() == 0


def test_owners_and_admins_keep_their_accounts(olga: User, ada: User, show: Show) -> None:
    unseen(olga, 900)
    unseen(ada, 900)
    assert forgetting.close_idle_accounts() == 0


def test_scans_the_log_and_messages_go_after_a_year(
    alice: User, ada: User, show: Show, paid: dict[str, Any], account: ProviderAccount
) -> None:
    def make(text: str) -> None:
        Scan.objects.create(nonce=text, payload_hash=b"", show=show, ticket=Ticket.objects.get())
        LogEntry.objects.log_actions(ada.pk, [alice], 2, change_message=text, single_object=True)
        ProviderEvent.objects.create(account=account, event=text, done_at=StatementTime())

    make("old")
    long_ago = StatementTime() - timedelta(days=366)
    show_was(366)
    LogEntry.objects.update(action_time=long_ago)
    ProviderEvent.objects.update(received_at=long_ago)
    assert forgetting.delete_old_scans() == 1
    assert forgetting.delete_old_log() == 1
    assert forgetting.delete_old_events() == 1
    show_was(1)
    make("new")
    assert forgetting.delete_old_scans() == 0
    assert forgetting.delete_old_log() == 0
    assert forgetting.delete_old_events() == 0


def test_receipts_stay_for_ten_years(paid: dict[str, Any], settings: Any) -> None:
    assert forgetting.delete_old_receipts() == 0
    settings.RECEIPTS_LAST = timedelta(days=-1)
    with pytest.raises(Exception, match="kept for years"):
        forgetting.delete_old_receipts()


def test_closing_erases_the_contact_at_once(
    as_: As, alice: User, show: Show, paid: dict[str, Any]
) -> None:
    show_was(1)
    assert as_(alice).delete(ME, PASSWORD).status_code == 204
    booking = Booking.objects.get()
    assert (booking.contact_name, booking.contact_email) == ("", "")


def test_an_account_stays_open_while_a_refund_is_on_its_way(
    as_: As, alice: User, paid: dict[str, Any], bank: Bank
) -> None:
    client = as_(alice)
    client.post(f"/api/v1/bookings/{paid['reference']}/cancel/")
    refused = client.delete(ME, PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (409, "money_open")
    bank.refund_all()
    assert client.delete(ME, PASSWORD).status_code == 204


def test_an_account_stays_open_while_a_payment_can_come(
    as_: As, alice: User, show: Show, account: ProviderAccount
) -> None:
    client = as_(alice)
    reference = book(client, show, "A1").json()["reference"]
    client.post(f"/api/v1/bookings/{reference}/payments/", {"provider": "demo"})
    client.post(f"/api/v1/bookings/{reference}/cancel/")
    assert client.delete(ME, PASSWORD).json()["code"] == "money_open"
    Payment.objects.update(expires_at=StatementTime())
    assert client.delete(ME, PASSWORD).status_code == 204


def test_a_guest_is_erased_without_a_password(guest: APIClient, show: Show) -> None:
    book(guest, show, "A1", name="Gina", email="gina@example.com")
    assert guest.delete(ME).json()["code"] == "upcoming_bookings"
    show_was(0)
    assert guest.delete(ME).status_code == 204
    assert Booking.objects.get().contact_email == ""
    assert guest.get(ME).status_code == 401


def test_everybody_else_needs_it(as_: As, alice: User) -> None:
    assert as_(alice).delete(ME).json()["errors"][0]["code"] == "required"
