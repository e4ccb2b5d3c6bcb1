"""Who calls each operation for success, and what they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyotp
from django.db.models import F
from django.utils import timezone

from bookings.guests import key_of
from conftest import PASSWORD
from reports.kinds import KINDS
from shows.models import Show
from theaters.invitation_mails import key_of as invitation_key
from users import second_factor, tokens
from users.models import SecondFactor, User
from users.sessions import start_session
from users.tests.conftest import newest_code, run_jobs

if TYPE_CHECKING:
    from tests.contract_world import World

Body = Mapping[str, Any] | None
NEW = "purple monkey dishwasher"
NOBODYS = 999_999_999


def start(show: Show, ago: timedelta = timedelta(hours=1)) -> None:
    """Lets the show have started."""
    back = timezone.now() - ago - Show.objects.get(pk=show.pk).starts_at
    times = {name: F(name) + back for name in ("starts_at", "ends_at", "free_at")}
    Show.objects.filter(pk=show.pk).update(**times)


def odd_time(twice: bool) -> str:
    """The next time of day that Berlin's clocks skip, or show twice."""
    zone, now = ZoneInfo("Europe/Berlin"), timezone.now().replace(tzinfo=None)
    moment = now.replace(hour=2, minute=30, second=0, microsecond=0)
    while True:
        moment += timedelta(days=1)
        before, after = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        assert before is not None
        assert after is not None
        if before != after and (before > after) == twice:
            return moment.isoformat()


def code_of(secret: str) -> str:
    """What the app shows; any time step may be used again."""
    SecondFactor.objects.update(last_step=0)
    return pyotp.TOTP(secret).now()


def switch_on(user: User) -> list[str]:
    """Gives the user a second factor, and returns the recovery codes."""
    enrolment = second_factor.start(user=user, password=PASSWORD)
    return second_factor.confirm(user=user, otp=code_of(enrolment.secret))


def _mailed(world: World, ask: str, who: str) -> str:
    world.ask(ask, who=who)
    run_jobs()
    return newest_code()


def _unverified(world: World) -> Body:
    User.objects.filter(email="alice@example.com").update(email_verified=False)
    return {"code": _mailed(world, "resend_code", "alice")}


def _forgotten(world: World) -> Body:
    code = _mailed(world, "forgot_password", "anyone")
    return {"email": "bob@example.com", "code": code, "new_password": NEW}


def _started(world: World) -> Body:
    enrolment = second_factor.start(user=world.people["bob"], password=PASSWORD)
    return {"otp": code_of(enrolment.secret)}


def _refresh(world: World) -> Body:
    return {"refresh": tokens.pair(start_session(user=world.people["bob"], address=""))["refresh"]}


def _to_be_reset(world: World) -> Body:
    switch_on(world.people["bob"])
    return None


def _guests(world: World) -> Body:
    return {"reference": world.guests_reference, "key": key_of(world.guests_reference)}


def a_scan(world: World) -> dict[str, Any]:
    return {"code": world.code, "show": world.sold.pk, "nonce": "n1"}


def scans(world: World) -> Body:
    return {"scans": [a_scan(world) | {"at": "2026-12-31T19:00:00Z", "result": "admitted"}]}


def sends(**body: Any) -> Callable[[World], Body]:
    return lambda _: body


def nothing(_: World) -> Body:
    return None


def new_show(world: World) -> dict[str, Any]:
    return {
        "movie": world.movie.pk,
        "screen": world.screen.pk,
        "starts_at": (timezone.now() + timedelta(days=300)).isoformat(timespec="seconds"),
        "price": "9.00",
        "prices": {"premium": "12.00"},
        "language": "German",
    }


REGISTRATION = {"email": "eve@example.com", "password": NEW, "name": "Eve"}
LOGIN = {"email": "bob@example.com", "password": PASSWORD}
CALLS: dict[str, tuple[str, Callable[[World], Body]]] = {
    "list_shows": ("anyone", nothing),
    "schedule_show": ("olga", new_show),
    "get_show": ("anyone", nothing),
    "change_show": ("olga", sends(language="French", prices={"standard": "7.00"})),
    "delete_show": ("olga", nothing),
    "get_programme": ("anyone", nothing),
    "get_seat_map": ("anyone", nothing),
    "get_best_seats": ("anyone", nothing),
    "get_hold": ("alice", nothing),
    "hold_seats": ("alice", sends(seats=["A1", "A2"])),
    "release_seats": ("alice", nothing),
    "list_holds": ("alice", nothing),
    "quote_hold": ("alice", sends(types={}, voucher="")),
    "get_limits": ("anyone", nothing),
    "get_site": ("anyone", nothing),
    "list_bookings": ("alice", nothing),
    "book_seats": ("alice", lambda w: {"show": w.show.pk, "seats": ["B1"]}),
    "get_booking": ("alice", nothing),
    "get_tickets_pdf": ("alice", nothing),
    "get_booking_calendar": ("alice", nothing),
    "get_ticket_qr": ("alice", nothing),
    "get_ticket_wallets": ("alice", nothing),
    "get_ticket_pass": ("alice", nothing),
    "cancel_booking": ("alice", nothing),
    "quote_exchange": ("alice", lambda w: {"ticket": w.code, "seat": "C1"}),
    "exchange_ticket": ("alice", lambda w: {"ticket": w.code, "seat": "C1"}),
    "quote_refund": ("alice", nothing),
    "start_payment": ("alice", sends(provider="demo", return_url="https://tickets.example/")),
    "get_payments": ("alice", nothing),
    "take_money": ("olga", sends(amount="250.00", method="cash")),
    "pay_out": ("olga", sends(amount="250.00")),
    "receive_event": ("bank", sends(id="e1", kind="captured", object="demo_1")),
    "open_guest": ("anyone", nothing),
    "open_booking": ("anyone", _guests),
    "claim_booking": ("bob", _guests),
    "claim_holds": ("bob", lambda w: {"token": w.guest}),
    "list_theater_bookings": ("olga", nothing),
    "list_show_bookings": ("olga", nothing),
    "cancel_show": ("olga", sends(reason="Flood")),
    "quote_cancelled_show": ("olga", nothing),
    "move_show": ("olga", lambda w: {"starts_at": new_show(w)["starts_at"], "reason": "Late"}),
    "get_show_refunds": ("olga", nothing),
    "register": ("anyone", sends(**REGISTRATION)),
    "login": ("anyone", sends(**LOGIN)),
    "refresh": ("anyone", _refresh),
    "logout": ("anyone", _refresh),
    "get_session": ("alice", nothing),
    "keep_session": ("alice", nothing),
    "end_session": ("alice", nothing),
    "logout_all": ("alice", nothing),
    "verify_email": ("alice", _unverified),
    "resend_code": ("alice", nothing),
    "forgot_password": ("anyone", sends(email="bob@example.com")),
    "reset_password": ("anyone", _forgotten),
    "change_password": ("alice", sends(current_password=PASSWORD, new_password=NEW)),
    "get_me": ("alice", nothing),
    "change_me": ("alice", sends(name="Alice Liddell", language="de")),
    "close_me": ("bob", sends(password=PASSWORD)),
    "export_me": ("alice", nothing),
    "list_my_sessions": ("alice", nothing),
    "end_my_session": ("alice", nothing),
    "get_second_factor": ("alice", nothing),
    "start_second_factor": ("bob", sends(password=PASSWORD)),
    "switch_off_second_factor": (
        "bob",
        lambda w: {"password": PASSWORD, "otp": switch_on(w.people["bob"])[0]},
    ),
    "confirm_second_factor": ("bob", _started),
    "list_users": ("ada", nothing),
    "get_user": ("ada", nothing),
    "change_user": ("ada", sends(role="owner")),
    "reset_second_factor": ("ada", _to_be_reset),
    "list_movies": ("anyone", nothing),
    "add_movie": ("ada", sends(title="Faust", duration_minutes=90, poster_url="")),
    "get_movie": ("anyone", nothing),
    "change_movie": ("ada", sends(title="Faust")),
    "delete_movie": ("ada", nothing),
    "list_theaters": ("anyone", nothing),
    "open_theater": ("olga", sends(name="Neue", city="Graz")),
    "get_theater": ("anyone", nothing),
    "change_theater": ("olga", sends(name="Alte")),
    "delete_theater": ("olga", nothing),
    "get_payment_settings": ("olga", nothing),
    "change_payment_settings": ("olga", sends(tax_rate="7.00", legal_name="Kino")),
    "list_payment_accounts": ("olga", nothing),
    "connect_payment_account": ("olga", sends(provider="stripe", settings={}, secrets={})),
    "get_payment_account": ("olga", nothing),
    "change_payment_account": ("olga", sends(secrets={}, is_active=False)),
    "get_booking_receipts": ("alice", nothing),
    "get_receipt_pdf": ("alice", nothing),
    "list_receipts": ("olga", nothing),
    "export_receipts": ("olga", nothing),
    **{f"{what}_{name}": ("olga", nothing) for name in KINDS for what in ("report", "export")},
    "scan_ticket": ("olga", a_scan),
    "record_scans": ("olga", scans),
    "get_door": ("olga", nothing),
    "list_screens": ("anyone", nothing),
    "add_screen": ("olga", sends(name="Blue", layout=["ss_pp"])),
    "get_screen": ("anyone", nothing),
    "change_screen": ("olga", sends(name="Red")),
    "delete_screen": ("olga", nothing),
    "list_staff": ("olga", nothing),
    "change_staff_role": ("olga", sends(role="manager")),
    "end_staff_role": ("olga", nothing),
    "list_invitations": ("olga", nothing),
    "invite_staff": ("olga", sends(email="dora@example.com", role="door")),
    "withdraw_invitation": ("olga", nothing),
    "accept_invitation": ("alice", lambda w: {"key": invitation_key(w.invitation.pk)}),
    "list_my_roles": ("olga", nothing),
    "list_ticket_types": ("anyone", nothing),
    "add_ticket_type": ("olga", sends(name="Child", kind="share", value="50")),
    "get_ticket_type": ("anyone", nothing),
    "change_ticket_type": ("olga", sends(name="Grown-up", categories=["premium"])),
    "delete_ticket_type": ("olga", nothing),
    "list_vouchers": ("olga", nothing),
    "add_voucher": ("olga", sends(code="NEW-5", value="5", valid_until="2030-01-01T00:00")),
    "get_voucher": ("olga", nothing),
    "change_voucher": ("olga", sends(code="MORE", kind="amount", value="3", movies=[])),
    "delete_voucher": ("olga", nothing),
    "live": ("anyone", nothing),
    "ready": ("anyone", nothing),
    "problem": ("anyone", nothing),
    "schema": ("anyone", nothing),
}
