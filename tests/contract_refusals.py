"""How each problem that the schema lists for an operation is provoked."""

from collections.abc import Mapping
from datetime import timedelta

from bookings.models import Ticket
from core.postgres.clock import StatementTime
from payments.tests.sold import SELLER
from reports.kinds import KINDS
from tests.api import hold
from tests.contract_calls import LOGIN, NEW, NOBODYS, new_show, odd_time, start
from tests.contract_ways import (
    GENERAL,
    Way,
    again,
    asks,
    bank_is_gone,
    be_cancelled,
    be_manager,
    be_paid,
    be_pending,
    before,
    dearer,
    dearer_online,
    given,
    in_berlin,
    insists,
    lapsed,
    nothing_to_come,
    of_a_type,
    of_yen,
    paid_at_counter,
    paid_online,
    passwords,
    second_factor,
    twice,
    under,
    unpaid,
    unverified,
    used,
    used_up,
    void,
    waits,
    with_another,
    with_code,
    with_headers,
    with_types,
)

TIMES: dict[str, Way] = {
    "does_not_exist": asks(movie=NOBODYS),
    "nonexistent_local_time": asks(starts_at=odd_time(twice=False)),
    "ambiguous_local_time": asks(starts_at=odd_time(twice=True)),
    "in_the_past": asks(starts_at="2001-01-01T20:00:00Z"),
    "too_far_ahead": asks(starts_at="9990-01-01T20:00:00Z"),
    "not_whole": given(of_yen, asks(price="9.50")),
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
    "seats_unavailable": given(before, asks(seats=["B1"])),
}
TYPES: dict[str, Way] = {
    "name_taken": given(lambda w: w.empty.ticket_types.create(name="Taken"), asks(name="Taken")),
    "value_does_not_fit": asks(kind="share", value="101"),
    "not_whole": given(of_yen, asks(kind="amount", value="9.50")),
}
VOUCHERS: dict[str, Way] = {
    "does_not_exist": asks(movies=[NOBODYS]),
    "code_taken": given(
        lambda w: w.empty.vouchers.create(code="TAKEN", value=1), asks(code="TAKEN")
    ),
    "value_does_not_fit": asks(kind="share", value="101"),
    "not_whole": given(of_yen, asks(kind="amount", value="9.50")),
    "period_is_empty": asks(valid_from="2030-01-01T00:00", valid_until="2029-01-01T00:00"),
    "nonexistent_local_time": given(in_berlin, asks(valid_until=odd_time(twice=False))),
    "ambiguous_local_time": given(in_berlin, asks(valid_until=odd_time(twice=True))),
}
PRICED: dict[str, Way] = {
    "unknown_ticket_type": asks(types={"A1": "Child"}),
    "type_not_allowed": given(with_types, asks(types={"A1": "Child"})),
    "invisible_characters": asks(types={"A1": "a\u202eb"}),
    "voucher_invalid": asks(voucher="NONE"),
    "voucher_used_up": given(used_up, asks(voucher="ONCE")),
}
PRICED_BOOKING: dict[str, Way] = PRICED | {
    "unknown_ticket_type": asks(types={"B1": "Child"}),
    "type_not_allowed": given(with_types, asks(types={"B1": "Child"})),
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
EXCHANGING: dict[str, Way] = CANCELLING | {
    "unknown_tickets": asks(ticket="0" * 32),
    "booking_pending": given(be_pending),
    "other_tickets": given(with_another, lambda w, n: asks(show=w.show.pk)(w, n)),
    "does_not_exist": asks(show=NOBODYS),
    "unknown_seats": asks(seat="Z9"),
    "seats_unavailable": asks(seat="A1"),
    "show_not_on_sale": given(lambda w: start(w.show), lambda w, n: asks(show=w.show.pk)(w, n)),
    "payment_not_offered": given(dearer),
    "hold_exhausted": given(dearer_online, HOLD_LASTS_AT_MOST=timedelta(0)),
    "single_seat_left": given(insists, asks(seat="B2")),
    "too_many_tickets": under(lambda w, n: asks(show=w.show.pk)(w, n), TICKETS_OF_A_SHOW_AT_MOST=0),
    "price_changed": asks(total="1.00"),
    "unknown_ticket_type": given(lambda _: Ticket.objects.update(type="Gone")),
    "type_not_allowed": given(of_a_type),
    "invisible_characters": asks(seat="a\u202eb"),
}
STAFF: dict[str, Way] = {
    "owner_stays": lambda w, n: w.ask(n, at=w.empty.memberships.get(role="owner").pk),
    "not_yours_to_give": given(be_manager, asks("bob")),
}
WRONG = {"wrong_password": asks(password=NEW)}
SPECIAL: Mapping[str, Mapping[str, Way]] = {
    "schedule_show": TIMES,
    "change_show": TIMES
    | {
        "has_bookings": lambda w, n: w.ask(
            n, at=w.sold.pk, body={"starts_at": new_show(w)["starts_at"]}
        ),
        "already_cancelled": given(be_cancelled),
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
        "single_seat_left": given(insists, asks(seats=["B2"])),
        "too_many_seats_held_here": given(
            before, HOLD_ADDRESS_SEATS_AT_LEAST=0, HOLD_ADDRESS_SHARE=0
        ),
    },
    "quote_hold": PRICED | {"no_hold": asks(at="fresh")},
    "book_seats": SEATS
    | PRICED_BOOKING
    | {
        "does_not_exist": asks(show=NOBODYS),
        "no_hold": lambda w, n: w.ask(n, body={"show": w.show.pk}),
        "hold_expired": given(lapsed, lambda w, n: w.ask(n, body={"show": w.show.pk})),
        "show_not_on_sale": given(lambda w: start(w.show)),
        "too_many_tickets": under(TICKETS_OF_A_SHOW_AT_MOST=0),
        "address_not_verified": given(unverified, UNVERIFIED_TICKETS_AT_MOST=0),
        "price_changed": asks(total="1.00"),
        "hold_exhausted": given(waits, asks(pay="online")),
        "too_many_pending": under(asks(pay="online"), PENDING_BOOKINGS_AT_MOST=0),
        "payment_not_offered": given(paid_at_counter, asks(pay="online")),
        "permission_denied": asks(at_counter=True),
        "single_seat_left": given(insists, asks(seats=["B2"])),
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
        "booking_pending": given(be_pending, with_code),
        "refund_changed": asks(refund="1.00"),
        "invisible_characters": asks(tickets=["a\u202eb"]),
        "validation_failed": asks(refund="x"),
    },
    "quote_exchange": EXCHANGING,
    "exchange_ticket": EXCHANGING | {"idempotency_key_reused": again(seat="C2")},
    "quote_refund": CANCELLING | {"unknown_tickets": asks(query=f"?tickets={'0' * 32}")},
    "start_payment": {
        "payment_not_offered": asks(provider="stripe"),
        "not_payable": given(be_paid),
        "payment_unavailable": given(bank_is_gone),
        "invisible_characters": asks(provider="a\u202eb"),
    },
    "take_money": {
        "wrong_amount": asks(amount="1.00"),
        "not_payable": given(be_paid),
        "idempotency_key_reused": again(method="card"),
    },
    "pay_out": {
        "idempotency_key_reused": again(amount=250),
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
        "already_cancelled": given(be_cancelled),
        "has_started": given(lambda w: start(w.fresh)),
        "idempotency_key_reused": again(reason="Another"),
    },
    "quote_cancelled_show": {
        "validation_failed": asks(query="?share=101"),
        "not_started": asks(query="?share=50"),
    },
    "cancel_show": {
        "not_started": asks(share=50),
        "refund_changed": asks(refund="1.00"),
        "already_cancelled": given(be_cancelled),
        "too_late": given(lambda w: start(w.fresh, timedelta(days=20))),
    },
    "register": passwords("password")
    | {
        "email_taken": asks(email="bob@example.com"),
        "unreachable_address": asks(email="eve@cinema.invalid"),
    },
    "login": {
        "invalid_credentials": asks(password=NEW),
        "otp_required": given(second_factor("bob")),
        "invalid_otp": given(second_factor("bob"), asks(**LOGIN, otp="000000")),
    },
    "refresh": {"token_not_valid": asks(refresh="e30.e30.AAAA"), "refresh_superseded": twice},
    "verify_email": {"invalid_code": lambda w, n: w.ask(n, body={"code": "000000"})},
    "reset_password": passwords("new_password") | {"invalid_code": asks(code="000000")},
    "change_password": passwords("new_password")
    | {"wrong_password": asks(current_password="wrong-horse-battery")},
    "close_me": WRONG
    | {
        "upcoming_bookings": asks("alice"),
        "money_open": given(nothing_to_come, asks("alice")),
        "last_admin": asks("ada"),
    },
    "start_second_factor": WRONG | {"second_factor_on": given(second_factor("bob"))},
    "switch_off_second_factor": WRONG
    | {"otp_required": asks(otp="-"), "invalid_otp": asks(otp="000000")},
    "confirm_second_factor": {
        "wrong_otp": asks(otp="000000"),
        "second_factor_on": given(second_factor("bob"), lambda w, n: w.ask(n, body={"otp": "1"})),
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
        "not_whole": given(of_yen, asks(booking_fee="0.50")),
    },
    "get_tickets_pdf": {"not_confirmed": given(unpaid)},
    "get_booking_calendar": {"not_confirmed": given(unpaid)},
    "get_ticket_qr": {"not_confirmed": given(unpaid), "ticket_void": given(void)},
    "get_ticket_wallets": {"not_confirmed": given(unpaid), "ticket_void": given(void)},
    "get_ticket_pass": {"not_confirmed": given(unpaid), "ticket_void": given(void)},
    "scan_ticket": {
        "does_not_exist": asks(show=NOBODYS),
        "unknown_ticket": asks(code="0" * 32),
        "nonce_reused": given(lambda w: w.ask("scan_ticket"), asks(code="0" * 32)),
    },
    "get_door": {"validation_failed": asks(query="?since=x")},
    "export_receipts": {"validation_failed": asks(query="?from=x")},
    **{
        f"{what}_{name}": {"validation_failed": asks(query="?by=seat")}
        for name in KINDS
        for what in ("report", "export")
    },
    "connect_payment_account": {
        "unknown_provider": asks(provider="counter"),
        "wrong_account_settings": asks(secrets={"secret_key": "x"}),
    },
    "change_payment_account": {
        "wrong_account_settings": asks(secrets={"secret_key": "x"}),
        "account_incomplete": asks(is_active=True),
        "in_use": given(paid_online),
    },
    "change_staff_role": STAFF,
    "end_staff_role": STAFF,
    "invite_staff": {
        "already_member": asks(email="carl@example.com"),
        "unreachable_address": asks(email="carl@cinema.invalid"),
        "not_yours_to_give": given(be_manager, asks("bob", role="manager")),
    },
    "withdraw_invitation": {"not_yours_to_give": given(be_manager, asks("bob"))},
    "accept_invitation": {
        "invalid_invitation": asks(key="0" * 32),
        "invisible_characters": asks(key="\u202e"),
    },
    "add_ticket_type": TYPES,
    "change_ticket_type": TYPES,
    "add_voucher": VOUCHERS,
    "change_voucher": VOUCHERS,
    "delete_voucher": {"in_use": given(used)},
}


def way(name: str, code: str) -> Way:
    """How the operation is made to answer with the code. Raises KeyError if nobody said."""
    return SPECIAL.get(name, {}).get(code) or GENERAL[code]
