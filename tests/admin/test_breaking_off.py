"""Breaking a show off in the office: a share or vouchers, only once it has started."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from bookings.models import Booking
from core.postgres.clock import StatementTime
from pricing.models import Voucher
from tests.admin.conftest import page
from tests.clock import let_pass
from users.models import User

Desk = Callable[[User], Client]


def test_its_customers_get_vouchers(at_desk: Desk, olga: User, olgas_booking: Booking) -> None:
    Booking.objects.update(paid_at=StatementTime())
    path = f"shows/show/{olgas_booking.show_id}/cancel/"
    wish = {"reason": "The projector broke", "share": "0", "vouchers": "on", "really": "yes"}
    client = at_desk(olga)
    assert "The show has not started" in page(client, path, **wish)
    let_pass(timedelta(days=1, hours=1))
    assert "was cancelled" in page(client, path, **wish)
    olgas_booking.refresh_from_db()
    assert olgas_booking.status == "cancelled"
    assert olgas_booking.given_voucher == Voucher.objects.get()
    assert Voucher.objects.get().value == olgas_booking.total
