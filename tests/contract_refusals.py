"""How each problem that the schema lists for an operation is provoked."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments.models import ProviderAccount
from payments.tests.sold import SELLER
from shows.models import HoldChain, Seat, Show, ShowStatus
from tests.api import hold
from tests.contract_world import (
    CALLS,
    LOGIN,
    NEW,
    NOBODYS,
    REGISTRATION,
    World,
    new_show,
    odd_time,
    start,
    switch_on,
)
from theaters.models import Theater
from users import tokens
from users.models import User
from users.sessions import start_session

Way = Callable[[World, str], Any]
# What cannot be provoked in each operation, and where it is.
ELSEWHERE = {
    "internal_error": "a bug; tests/attacks plants one",
    "busy": "a limit of the database; tests/test_faults.py",
    "unavailable": "a database that is away; tests/test_faults.py",
    "address_too_long": "from gunicorn; tests/attacks",
    "idempotency_key_in_use": "two transactions; bookings/tests/test_idempotency.py",
}
READABLE = ("title", "name", "reason", "language", "legal_name")


def asks(who: str = "", at: str = "", query: str = "", **body: Any) -> Way:
    """The usual call with these members in place of its own; `at` is the world's thing there."""

    def ask(world: World, name: str) -> Any:
        usual = CALLS[name][1](world) if body else None
        there = getattr(world, at).pk if at else None
        sent = {**(usual or {}), **body} if body else None
        return world.ask(name, who=who, body=sent, at=there, query=query)

    return ask


def given(prepare: Callable[[World], Any], then: Way | None = None, **settings: Any) -> Way:
    """The call after something has been done, with other settings."""

    def ask(world: World, name: str) -> Any:
        prepare(world)
        with override_settings(**settings):
            return (then or asks())(world, name)

    return ask


def under(then: Way | None = None, **settings: Any) -> Way:
    """The call with other settings."""
    return given(lambda _: None, then, **settings)


def with_headers(**headers: Any) -> Way:
    return lambda world, name: world.ask(name, **headers)


def _sent(raw: bytes, content_type: str = "application/json") -> Way:
    """The call with these bytes, which a call without a body reads for its key only."""

    def ask(world: World, name: str) -> Any:
        return world.ask(name, raw=raw, content_type=content_type, HTTP_IDEMPOTENCY_KEY="k")

    return ask


def _exhausted(world: World, name: str) -> Any:
    body = CALLS[name][1](world)
    with override_settings(RATE_LIMITS_ENABLED=True, RATE_LIMITS=_Nothing()):
        return world.ask(name, body=body)


class _Nothing(dict[str, Any]):
    """Limits of none in a minute."""

    def __missing__(self, _: str) -> tuple[int, timedelta]:
        return 0, timedelta(minutes=1)


def _senseless(world: World, name: str) -> Any:
    """Each member of the body has a value that fits none; so has the size of a page."""
    if world.paths[name][0] == "get":
        return world.ask(name, query="?page_size=x")
    usual = CALLS[name][1](world) or {}
    return world.ask(name, body={member: [1.5] for member in usual})


def _invisible(world: World, name: str) -> Any:
    usual = dict(CALLS[name][1](world) or {})
    text = next(each for each in READABLE if each in usual)
    return world.ask(name, body=usual | {text: "a\u202eb"})


def _missing(world: World, name: str) -> Any:
    is_list = "{" not in world.paths[name][1]
    return world.ask(name, query="?page=999") if is_list else world.ask(name, at=NOBODYS)


def _reused(world: World, name: str) -> Any:
    world.ask(name, HTTP_IDEMPOTENCY_KEY="k")
    return world.ask(name, body={"show": 1, "reason": "x"}, HTTP_IDEMPOTENCY_KEY="k")


def _again(**other: Any) -> Way:
    """The call once more with its key, and another body that is as good."""

    def ask(world: World, name: str) -> Any:
        world.ask(name, HTTP_IDEMPOTENCY_KEY="k")
        body = {**(CALLS[name][1](world) or {}), **other}
        return world.ask(name, body=body, HTTP_IDEMPOTENCY_KEY="k")

    return ask


def _twice(world: World, name: str) -> Any:
    body = CALLS[name][1](world)
    world.ask(name, body=body)
    return world.ask(name, body=body)


def _before(world: World, who: str = "bob") -> None:
    for show in (world.show, world.held):
        assert hold(world.clients[who], show, "B1").status_code == 200


def _from_elsewhere(world: World, name: str) -> Any:
    """Alice's browser is made to call by the page of another site."""
    session = start_session(user=world.people["alice"], address="")
    return world.ask(
        name,
        HTTP_COOKIE=f"session={tokens.cookie(session)}",
        HTTP_AUTHORIZATION="",
        HTTP_SEC_FETCH_SITE="cross-site",
    )


GENERAL: Mapping[str, Way] = {
    "cross_origin": _from_elsewhere,
    "not_authenticated": asks("anyone"),
    "token_not_valid": with_headers(HTTP_AUTHORIZATION="Bearer e30.e30.AAAA"),
    "permission_denied": asks("alice"),
    "second_factor_required": under(SECOND_FACTOR_REQUIRED=True),
    "not_found": _missing,
    "not_acceptable": with_headers(HTTP_ACCEPT="image/png"),
    "bad_request": with_headers(HTTP_HOST="elsewhere.example"),
    "unknown_parameter": asks(query="?nonsense=1"),
    "malformed_json": _sent(b"{"),
    "payload_too_large": _sent(b" " * 1_100_000),
    "unsupported_media_type": _sent(b"x", "text/plain"),
    "validation_failed": _senseless,
    "invisible_characters": _invisible,
    "too_many_requests": _exhausted,
    "precondition_failed": with_headers(HTTP_IF_MATCH='"another"'),
    "invalid_idempotency_key": with_headers(HTTP_IDEMPOTENCY_KEY="k" * 256),
    "idempotency_key_reused": _reused,
}


def _passwords(member: str) -> dict[str, Way]:
    similar = {"password": REGISTRATION["email"]}.get(member, "alice@example")
    return {
        "password_too_short": asks(**{member: "short one"}),
        "password_too_long": asks(**{member: "x" * 12 + "y" * 117}),
        "password_too_common": asks(**{member: "basketball"}),
        "password_entirely_numeric": asks(**{member: "8365927401655"}),
        "password_too_similar": asks(**{member: similar}),
    }


def _nothing_to_come(world: World) -> None:
    """Alice has no booking but the one that is cancelled and not paid back."""
    Booking.objects.exclude(status="cancelled").update(user=world.people["bob"])


def _cancelled(world: World) -> None:
    Show.objects.filter(pk=world.fresh.pk).update(status=ShowStatus.CANCELLED)


def _paid_online(world: World) -> None:
    complete = {"secret_key": "sk_test_12345678", "webhook_secret": "whsec_12345678"}
    world.ask("change_payment_account", body={"secrets": complete})
    world.ask("change_payment_settings", body={"pays": "both", **SELLER})


def _unpaid(world: World) -> None:
    until = timezone.now() + timedelta(minutes=15)
    mine = Booking.objects.filter(reference=world.reference)
    mine.update(status="pending", pay_until=until)
    Ticket.objects.filter(booking__in=mine).update(status="pending")


def _void(world: World) -> None:
    Ticket.objects.filter(code=world.code).update(status="void")


def _of_yen(_: World) -> None:
    Theater.objects.update(currency="JPY")


def _in_berlin(world: World) -> None:
    Theater.objects.update(timezone="Europe/Berlin")


def _insists(world: World) -> None:
    Theater.objects.update(no_single_seats=True)


def _used_up(world: World) -> None:
    fields = {"code": "ONCE", "value": 10, "uses_at_most": 1}
    voucher = world.theater.vouchers.create(**fields)
    Booking.objects.update(voucher=voucher)


def _used(world: World) -> None:
    Booking.objects.update(voucher=world.voucher)


def _with_types(world: World) -> None:
    world.theater.ticket_types.create(name="Child", categories=["premium"])


def _lapsed(world: World) -> None:
    assert hold(world.clients["alice"], world.show, "A1").status_code == 200
    back = {name: F(name) - timedelta(hours=1) for name in ("held_since", "held_until")}
    Seat.objects.filter(show=world.show, held_by=world.people["alice"]).update(**back)


def _paid_at_counter(world: World) -> None:
    Theater.objects.filter(pk=world.theater.pk).update(pays="counter")


def _paid(world: World) -> None:
    Booking.objects.filter(reference=world.reference).update(paid_at=StatementTime())


def _pending(world: World) -> None:
    Booking.objects.filter(reference=world.reference).update(
        status="pending", pay_until=StatementTime() + timedelta(minutes=9)
    )


def _with_code(world: World, name: str) -> Any:
    ticket = Ticket.objects.filter(booking__reference=world.reference).get()
    return world.ask(name, body={"tickets": [ticket.code]})


def _with_another(world: World) -> None:
    """Alice's booking has two tickets."""
    booking = Booking.objects.get(reference=world.reference)
    Ticket.objects.create(booking=booking, code="1" * 32, label="J9", price=0)


def _dearer(world: World) -> None:
    """C1 costs more than what is paid, at a theater that is paid at the counter."""
    _paid(world)
    _paid_at_counter(world)
    Seat.objects.filter(show=world.sold, label="C1").update(price="300.00")


def _of_a_type(world: World) -> None:
    """Alice's ticket is of a type that is for premium seats."""
    world.theater.ticket_types.create(name="Child", categories=["premium"])
    Ticket.objects.update(type="Child")


def _bank_is_gone(world: World) -> None:
    ProviderAccount.objects.filter(key="demo").update(secrets="")


def _waits(world: World) -> None:
    """Bob has let a booking lapse, and has held the seats of the show for as long as he may."""
    booked = {"show": world.show.pk, "seats": ["C1"], "pay": "online"}
    assert world.ask("book_seats", body=booked).status_code == 201
    hours = timedelta(hours=1)
    Booking.objects.update(pay_until=StatementTime() - hours)
    HoldChain.objects.update(began_at=StatementTime() - hours)
    Booking.objects.filter(status="pending").update(created_at=StatementTime())


def _second_factor(name: str) -> Callable[[World], Any]:
    return lambda world: switch_on(world.people[name])


def _unverified(_: World) -> None:
    User.objects.update(email_verified=False)


TIMES: dict[str, Way] = {
    "does_not_exist": asks(movie=NOBODYS),
    "nonexistent_local_time": asks(starts_at=odd_time(twice=False)),
    "ambiguous_local_time": asks(starts_at=odd_time(twice=True)),
    "in_the_past": asks(starts_at="2001-01-01T20:00:00Z"),
    "too_far_ahead": asks(starts_at="9990-01-01T20:00:00Z"),
    "not_whole": given(_of_yen, asks(price="9.50")),
    "screen_overlap": lambda w, n: asks(starts_at=w.show.starts_at.isoformat())(w, n),
}
PLACES: dict[str, Way] = {
    "does_not_exist": asks("ada", owner=NOBODYS),
    "unknown_timezone": asks(timezone="Europe/Atlantis"),
    "unknown_currency": asks(currency="XQQ"),
}
LAYOUTS: dict[str, Way] = {
    "invalid_layout": asks(layout=["q"]),
    "name_taken": given(lambda w: w.empty.screens.create(name="Taken"), asks(name="Taken")),
}
SEATS: dict[str, Way] = {
    "unknown_seats": asks(seats=["Z9"]),
    "duplicate_seats": asks(seats=["A1", "A1"]),
    "too_many_seats": asks(seats=[f"A{number}" for number in range(1, 12)]),
    "seats_unavailable": given(_before, asks(seats=["B1"])),
}
TYPES: dict[str, Way] = {
    "name_taken": given(lambda w: w.empty.ticket_types.create(name="Taken"), asks(name="Taken")),
    "value_does_not_fit": asks(kind="share", value="101"),
    "not_whole": given(_of_yen, asks(kind="amount", value="9.50")),
}
VOUCHERS: dict[str, Way] = {
    "does_not_exist": asks(movies=[NOBODYS]),
    "code_taken": given(
        lambda w: w.empty.vouchers.create(code="TAKEN", value=1), asks(code="TAKEN")
    ),
    "value_does_not_fit": asks(kind="share", value="101"),
    "not_whole": given(_of_yen, asks(kind="amount", value="9.50")),
    "period_is_empty": asks(valid_from="2030-01-01T00:00", valid_until="2029-01-01T00:00"),
    "nonexistent_local_time": given(_in_berlin, asks(valid_until=odd_time(twice=False))),
    "ambiguous_local_time": given(_in_berlin, asks(valid_until=odd_time(twice=True))),
}
PRICED: dict[str, Way] = {
    "unknown_ticket_type": asks(types={"A1": "Child"}),
    "type_not_allowed": given(_with_types, asks(types={"A1": "Child"})),
    "invisible_characters": asks(types={"A1": "a\u202eb"}),
    "voucher_invalid": asks(voucher="NONE"),
    "voucher_used_up": given(_used_up, asks(voucher="ONCE")),
}
PRICED_BOOKING: dict[str, Way] = PRICED | {
    "unknown_ticket_type": asks(types={"B1": "Child"}),
    "type_not_allowed": given(_with_types, asks(types={"B1": "Child"})),
}
KEYS: dict[str, Way] = {
    "invalid_key": asks(key="0" * 32),
    "invisible_characters": asks(key="\u202e"),
}
CANCELLING: dict[str, Way] = {
    "already_cancelled": given(lambda w: w.ask("cancel_booking")),
    "too_late": given(lambda w: start(w.sold)),
    "already_used": given(lambda _: Ticket.objects.update(used_at=StatementTime())),
}
WRONG = {"wrong_password": asks(password=NEW)}
SPECIAL: Mapping[str, Mapping[str, Way]] = {
    "schedule_show": TIMES,
    "change_show": TIMES
    | {
        "has_bookings": lambda w, n: w.ask(
            n, at=w.sold.pk, body={"starts_at": new_show(w)["starts_at"]}
        ),
        "already_cancelled": given(_cancelled),
    },
    "delete_show": {"has_bookings": asks(at="sold")},
    "get_hold": {
        "no_hold": asks(at="fresh"),
        "not_found": lambda w, n: w.ask(n, at=2**63),
    },
    "get_best_seats": {"validation_failed": asks(query="?seats=x")},
    "get_programme": {"validation_failed": asks(query="?date=x")},
    "hold_seats": SEATS
    | {
        "show_not_on_sale": given(lambda w: start(w.held)),
        "too_many_holds": given(
            lambda w: hold(w.clients["alice"], w.show, "C1"), HOLD_SHOWS_AT_MOST=1
        ),
        "hold_exhausted": under(HOLD_LASTS_AT_MOST=timedelta(0)),
        "single_seat_left": given(_insists, asks(seats=["B2"])),
        "too_many_seats_held_here": given(
            _before, HOLD_ADDRESS_SEATS_AT_LEAST=0, HOLD_ADDRESS_SHARE=0
        ),
    },
    "quote_hold": PRICED | {"no_hold": asks(at="fresh")},
    "book_seats": SEATS
    | PRICED_BOOKING
    | {
        "does_not_exist": asks(show=NOBODYS),
        "no_hold": lambda w, n: w.ask(n, body={"show": w.show.pk}),
        "hold_expired": given(_lapsed, lambda w, n: w.ask(n, body={"show": w.show.pk})),
        "show_not_on_sale": given(lambda w: start(w.show)),
        "too_many_tickets": under(TICKETS_OF_A_SHOW_AT_MOST=0),
        "address_not_verified": given(_unverified, UNVERIFIED_TICKETS_AT_MOST=0),
        "price_changed": asks(total="1.00"),
        "hold_exhausted": given(_waits, asks(pay="online")),
        "too_many_pending": under(asks(pay="online"), PENDING_BOOKINGS_AT_MOST=0),
        "payment_not_offered": given(_paid_at_counter, asks(pay="online")),
        "permission_denied": asks(at_counter=True),
        "single_seat_left": given(_insists, asks(seats=["B2"])),
        "contact_required": lambda w, n: w.ask(
            n,
            body={"show": w.show.pk, "seats": ["B1"]},
            HTTP_AUTHORIZATION=f"Bearer {w.guest}",
        ),
        "invisible_characters": asks(name="a\u202eb"),
    },
    "cancel_booking": CANCELLING
    | {
        "unknown_tickets": asks(tickets=["0" * 32]),
        "booking_pending": given(_pending, _with_code),
        "refund_changed": asks(refund="1.00"),
        "invisible_characters": asks(tickets=["a\u202eb"]),
        "validation_failed": asks(refund="x"),
    },
    "exchange_ticket": CANCELLING
    | {
        "unknown_tickets": asks(ticket="0" * 32),
        "booking_pending": given(_pending),
        "other_tickets": given(_with_another, lambda w, n: asks(show=w.show.pk)(w, n)),
        "does_not_exist": asks(show=NOBODYS),
        "unknown_seats": asks(seat="Z9"),
        "seats_unavailable": asks(seat="A1"),
        "show_not_on_sale": given(lambda w: start(w.show), lambda w, n: asks(show=w.show.pk)(w, n)),
        "payment_not_offered": given(_dearer),
        "price_changed": asks(total="1.00"),
        "unknown_ticket_type": given(lambda _: Ticket.objects.update(type="Gone")),
        "type_not_allowed": given(_of_a_type),
        "invisible_characters": asks(seat="a\u202eb"),
        "idempotency_key_reused": _again(seat="C2"),
    },
    "quote_refund": CANCELLING | {"unknown_tickets": asks(query=f"?tickets={'0' * 32}")},
    "start_payment": {
        "payment_not_offered": asks(provider="stripe"),
        "not_payable": given(_paid),
        "payment_unavailable": given(_bank_is_gone),
        "invisible_characters": asks(provider="a\u202eb"),
    },
    "take_money": {
        "wrong_amount": asks(amount="1.00"),
        "not_payable": given(_paid),
        "idempotency_key_reused": _again(method="card"),
    },
    "pay_out": {
        "idempotency_key_reused": _again(amount=250),
        "wrong_amount": asks(amount="1.00"),
        "not_for_the_counter": given(lambda w: w.ask("pay_out")),
    },
    "receive_event": {"invalid_signature": with_headers(HTTP_DEMO_SIGNATURE="x")},
    "open_booking": KEYS,
    "claim_booking": KEYS,
    "claim_holds": {
        "invalid_key": asks(token="x"),
        "already_holding": given(lambda w: hold(w.clients["bob"], w.fresh, "A1")),
    },
    "move_show": {
        name: way for name, way in TIMES.items() if name not in ("does_not_exist", "not_whole")
    }
    | {
        "already_cancelled": given(_cancelled),
        "has_started": given(lambda w: start(w.fresh)),
        "idempotency_key_reused": _again(reason="Another"),
    },
    "quote_cancelled_show": {
        "validation_failed": asks(query="?share=101"),
        "not_started": asks(query="?share=50"),
    },
    "cancel_show": {
        "not_started": asks(share=50),
        "refund_changed": asks(refund="1.00"),
        "already_cancelled": given(_cancelled),
        "too_late": given(lambda w: start(w.fresh, timedelta(days=20))),
    },
    "register": _passwords("password")
    | {
        "email_taken": asks(email="bob@example.com"),
        "unreachable_address": asks(email="eve@cinema.invalid"),
    },
    "login": {
        "invalid_credentials": asks(password=NEW),
        "otp_required": given(_second_factor("bob")),
        "invalid_otp": given(_second_factor("bob"), asks(**LOGIN, otp="000000")),
    },
    "refresh": {"token_not_valid": asks(refresh="e30.e30.AAAA"), "refresh_superseded": _twice},
    "verify_email": {"invalid_code": lambda w, n: w.ask(n, body={"code": "000000"})},
    "reset_password": _passwords("new_password") | {"invalid_code": asks(code="000000")},
    "change_password": _passwords("new_password")
    | {"wrong_password": asks(current_password="wrong-horse-battery")},
    "close_me": WRONG
    | {
        "upcoming_bookings": asks("alice"),
        "money_open": given(_nothing_to_come, asks("alice")),
        "last_admin": asks("ada"),
    },
    "start_second_factor": WRONG | {"second_factor_on": given(_second_factor("bob"))},
    "switch_off_second_factor": WRONG
    | {"otp_required": asks(otp="-"), "invalid_otp": asks(otp="000000")},
    "confirm_second_factor": {
        "wrong_otp": asks(otp="000000"),
        "second_factor_on": given(_second_factor("bob"), lambda w, n: w.ask(n, body={"otp": "1"})),
        "not_found": lambda w, n: w.ask(n, body={"otp": "000000"}),
    },
    "change_user": {
        "last_admin": lambda w, n: w.ask(n, at=w.people["ada"].pk, body={"role": "user"})
    },
    "delete_movie": {"in_use": asks(at="movie")},
    "open_theater": PLACES,
    "change_theater": PLACES
    | {"in_use": lambda w, n: w.ask(n, at=w.theater.pk, body={"timezone": "Asia/Tokyo"})},
    "delete_theater": {"in_use": asks(at="theater")},
    "add_screen": LAYOUTS,
    "change_screen": LAYOUTS,
    "delete_screen": {"in_use": asks(at="screen")},
    "change_payment_settings": {
        "seller_incomplete": asks(pays="both"),
        "no_provider_account": asks(pays="both", **SELLER),
        "duplicate_steps": asks(refund_policy=[{"until_minutes": 1, "share": 1}] * 2),
        "not_whole": given(_of_yen, asks(booking_fee="0.50")),
    },
    "get_tickets_pdf": {"not_confirmed": given(_unpaid)},
    "get_booking_calendar": {"not_confirmed": given(_unpaid)},
    "get_ticket_qr": {"not_confirmed": given(_unpaid), "ticket_void": given(_void)},
    "get_ticket_wallets": {"not_confirmed": given(_unpaid), "ticket_void": given(_void)},
    "get_ticket_pass": {"not_confirmed": given(_unpaid), "ticket_void": given(_void)},
    "scan_ticket": {
        "does_not_exist": asks(show=NOBODYS),
        "unknown_ticket": asks(code="0" * 32),
        "nonce_reused": given(lambda w: w.ask("scan_ticket"), asks(code="0" * 32)),
    },
    "get_door": {"validation_failed": asks(query="?since=x")},
    "export_receipts": {"validation_failed": asks(query="?from=x")},
    "connect_payment_account": {
        "unknown_provider": asks(provider="counter"),
        "wrong_account_settings": asks(secrets={"secret_key": "x"}),
    },
    "change_payment_account": {
        "wrong_account_settings": asks(secrets={"secret_key": "x"}),
        "account_incomplete": asks(is_active=True),
        "in_use": given(_paid_online),
    },
    "add_ticket_type": TYPES,
    "change_ticket_type": TYPES,
    "add_voucher": VOUCHERS,
    "change_voucher": VOUCHERS,
    "delete_voucher": {"in_use": given(_used)},
}


def way(name: str, code: str) -> Way:
    """How the operation is made to answer with the code. Raises KeyError if nobody said."""
    return SPECIAL.get(name, {}).get(code) or GENERAL[code]
