"""Ways to make a call of the contract be refused: what is sent, and what is done before."""

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
from tests.contract_calls import CALLS, NOBODYS, REGISTRATION, switch_on
from tests.contract_world import World
from tests.staff import hire
from theaters.models import Invitation, Membership, Theater
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


def again(**other: Any) -> Way:
    """The call once more with its key, and another body that is as good."""

    def ask(world: World, name: str) -> Any:
        world.ask(name, HTTP_IDEMPOTENCY_KEY="k")
        body = {**(CALLS[name][1](world) or {}), **other}
        return world.ask(name, body=body, HTTP_IDEMPOTENCY_KEY="k")

    return ask


def twice(world: World, name: str) -> Any:
    body = CALLS[name][1](world)
    world.ask(name, body=body)
    return world.ask(name, body=body)


def before(world: World, who: str = "bob") -> None:
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


def passwords(member: str) -> dict[str, Way]:
    similar = {"password": REGISTRATION["email"]}.get(member, "alice@example")
    return {
        "password_too_short": asks(**{member: "short one"}),
        "password_too_long": asks(**{member: "x" * 12 + "y" * 117}),
        "password_too_common": asks(**{member: "basketball"}),
        "password_entirely_numeric": asks(**{member: "8365927401655"}),
        "password_too_similar": asks(**{member: similar}),
    }


def nothing_to_come(world: World) -> None:
    """Alice has no booking but the one that is cancelled and not paid back."""
    Booking.objects.exclude(status="cancelled").update(user=world.people["bob"])


def be_cancelled(world: World) -> None:
    Show.objects.filter(pk=world.fresh.pk).update(status=ShowStatus.CANCELLED)


def be_manager(world: World) -> None:
    """Bob is a manager, and so are those who work there or are invited to."""
    hire(world.people["bob"], "manager", world.empty)
    Membership.objects.filter(pk=world.member.pk).update(role="manager")
    Invitation.objects.update(role="manager")


def paid_online(world: World) -> None:
    complete = {"secret_key": "sk_test_12345678", "webhook_secret": "whsec_12345678"}
    world.ask("change_payment_account", body={"secrets": complete})
    world.ask("change_payment_settings", body={"pays": "both", **SELLER})


def unpaid(world: World) -> None:
    until = timezone.now() + timedelta(minutes=15)
    mine = Booking.objects.filter(reference=world.reference)
    mine.update(status="pending", pay_until=until)
    Ticket.objects.filter(booking__in=mine).update(status="pending")


def void(world: World) -> None:
    Ticket.objects.filter(code=world.code).update(status="void")


def of_yen(_: World) -> None:
    Theater.objects.update(currency="JPY")


def in_berlin(world: World) -> None:
    Theater.objects.update(timezone="Europe/Berlin")


def insists(world: World) -> None:
    Theater.objects.update(no_single_seats=True)


def used_up(world: World) -> None:
    fields = {"code": "ONCE", "value": 10, "uses_at_most": 1}
    voucher = world.theater.vouchers.create(**fields)
    Booking.objects.update(voucher=voucher)


def used(world: World) -> None:
    Booking.objects.update(voucher=world.voucher)


def with_types(world: World) -> None:
    world.theater.ticket_types.create(name="Child", categories=["premium"])


def lapsed(world: World) -> None:
    assert hold(world.clients["alice"], world.show, "A1").status_code == 200
    back = {name: F(name) - timedelta(hours=1) for name in ("held_since", "held_until")}
    Seat.objects.filter(show=world.show, held_by=world.people["alice"]).update(**back)


def paid_at_counter(world: World) -> None:
    Theater.objects.filter(pk=world.theater.pk).update(pays="counter")


def be_paid(world: World) -> None:
    Booking.objects.filter(reference=world.reference).update(paid_at=StatementTime())


def be_pending(world: World) -> None:
    Booking.objects.filter(reference=world.reference).update(
        status="pending", pay_until=StatementTime() + timedelta(minutes=9)
    )


def with_code(world: World, name: str) -> Any:
    ticket = Ticket.objects.filter(booking__reference=world.reference).get()
    return world.ask(name, body={"tickets": [ticket.code]})


def with_another(world: World) -> None:
    """Alice's booking has two tickets."""
    booking = Booking.objects.get(reference=world.reference)
    Ticket.objects.create(booking=booking, code="1" * 32, label="J9", price=0)


def dearer(world: World) -> None:
    """C1 costs more than what is paid, at a theater that is paid at the counter."""
    be_paid(world)
    paid_at_counter(world)
    Seat.objects.filter(show=world.sold, label="C1").update(price="300.00")


def dearer_online(world: World) -> None:
    """C1 costs more than what is paid."""
    be_paid(world)
    Seat.objects.filter(show=world.sold, label="C1").update(price="300.00")


def of_a_type(world: World) -> None:
    """Alice's ticket is of a type that is for premium seats."""
    world.theater.ticket_types.create(name="Child", categories=["premium"])
    Ticket.objects.update(type="Child")


def bank_is_gone(world: World) -> None:
    ProviderAccount.objects.filter(key="demo").update(secrets="")


def waits(world: World) -> None:
    """Bob has let a booking lapse, and has held the seats of the show for as long as he may."""
    booked = {"show": world.show.pk, "seats": ["C1"], "pay": "online"}
    assert world.ask("book_seats", body=booked).status_code == 201
    hours = timedelta(hours=1)
    Booking.objects.update(pay_until=StatementTime() - hours)
    HoldChain.objects.update(began_at=StatementTime() - hours)
    Booking.objects.filter(status="pending").update(created_at=StatementTime())


def second_factor(name: str) -> Callable[[World], Any]:
    return lambda world: switch_on(world.people[name])


def unverified(_: World) -> None:
    User.objects.update(email_verified=False)
