"""A checker that cannot fail proves nothing: each planted defect fails the check for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings.models import Booking, Ticket
from core.models import IdempotencyRecord
from lab.stress import checks
from lab.stress.history import Fault, Mail
from lab.stress.tests.world import World
from shows.models import Seat, Show

pytestmark = pytest.mark.django_db


def without(constraint: str, table: str, kind: str = "CONSTRAINT") -> None:
    """Switch a guard of the database off, for this test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if kind == "INDEX":
            cursor.execute(f"DROP INDEX {constraint}")
        else:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def test_a_valid_world_passes_every_check(world: World) -> None:
    assert world.failures() == set()


def test_an_idle_run_proves_nothing() -> None:
    assert World().failures() == {"the_run_was_real"}


def test_a_double_sale_in_the_database_is_found(world: World) -> None:
    without("ticket_seat_sold_once", "bookings_ticket", "INDEX")
    world.book("bob", "A1")
    assert {
        "one_live_ticket_per_seat",
        "sold_seats_have_their_ticket",
        "no_seat_is_sold_twice",
    } <= world.failures()


def test_a_double_sale_is_found_by_the_answers_alone(world: World) -> None:
    answer = world.acknowledge("bob", Booking.objects.get(reference="REF0000001"))
    answer.answer["reference"] = "REF0000009"
    assert "no_seat_is_sold_twice" in world.failures()


def test_a_seat_sold_again_after_it_was_cancelled_is_in_order(world: World) -> None:
    world.book("alice", "A3")
    assert world.failures() == set()


def test_a_lost_booking_is_found(world: World) -> None:
    Ticket.objects.filter(booking__reference="REF0000001").delete()
    Seat.objects.update(status="available")
    Booking.objects.get(reference="REF0000001").delete()
    assert "acknowledged_bookings_survive" in world.failures()


def test_a_booking_that_nobody_asked_for_is_found(world: World) -> None:
    booking = world.store("bob", "B5", reference="REF0000007")
    world.mail("bob", "booking_confirmed", booking)
    assert world.failures() == {"stored_bookings_were_acknowledged"}


def test_half_a_booking_is_found(world: World) -> None:
    ticket = Ticket.objects.get(label="A2")
    Seat.objects.filter(label="A2").update(status="available")
    ticket.delete()
    assert {"bookings_are_whole", "no_booking_is_half"} <= world.failures()


def test_a_void_ticket_of_a_live_booking_is_found(world: World) -> None:
    Ticket.objects.filter(label="A2").update(status="void")
    Seat.objects.filter(label="A2").update(status="available")
    assert world.failures() == {"bookings_are_whole"}


def test_a_free_seat_that_is_sold_is_found(world: World) -> None:
    Seat.objects.filter(label="A1").update(status="available")
    assert world.failures() == {"sold_seats_have_their_ticket"}


def test_a_ticket_for_another_shows_seat_is_found(world: World) -> None:
    other = world.new_show(world.show.screen, starts_in=timedelta(days=9))
    seat = Seat.objects.get(show=other, label="A1")
    Seat.objects.filter(show=world.show, label="A1").update(status="available")
    Ticket.objects.filter(label="A1").update(seat=seat)
    Seat.objects.filter(pk=seat.pk).update(status="booked")
    assert world.failures() == {"tickets_belong_to_their_show"}


def test_a_leaked_row_is_found(world: World) -> None:
    world.record("bob", "my_bookings", answer={"references": ["REF0000001"]})
    assert world.failures() == {"customers_see_their_own_rows"}


def test_a_look_at_somebody_elses_booking_is_found(world: World) -> None:
    world.record("bob", "peek")
    assert world.failures() == {"customers_see_their_own_rows"}


def test_a_row_of_another_owners_theater_is_found(world: World) -> None:
    world.record("otto", "sales", answer={"references": ["REF0000001"]})
    assert world.failures() == {"owners_see_their_own_theaters_rows"}


def test_a_name_told_to_others_is_found(world: World) -> None:
    world.record("bob", "browse", people=["alice"])
    assert world.failures() == {"nobody_is_named_to_others"}


def test_a_changed_replay_is_found(world: World) -> None:
    (record,) = [r for r in world.records if r.kind == "book" and r.actor.startswith("alice")]
    world.say_again(record, kind="replay", text=record.text.replace("12.50", "13.50"))
    assert world.failures() == {"replays_are_the_same"}


def test_a_replay_that_is_the_same_is_in_order(world: World) -> None:
    (record,) = [r for r in world.records if r.kind == "book" and r.actor.startswith("alice")]
    world.say_again(record, kind="replay")
    assert world.failures() == set()


def test_a_key_with_two_effects_is_found(world: World) -> None:
    booking = world.book("bob", "B1")
    (record,) = [r for r in world.records if r.answer.get("reference") == booking.reference]
    record.asked["key"] = "REF0000002"
    assert {"one_key_has_one_effect", "replays_are_the_same"} <= world.failures()


def test_a_key_that_takes_another_payload_is_found(world: World) -> None:
    world.record("alice", "misuse", 201, asked={"key": "REF0000001"})
    assert world.failures() == {"another_payload_is_refused"}


def test_a_booking_of_a_cancelled_show_is_found(world: World) -> None:
    Show.objects.update(status="cancelled", cancelled_at=timezone.now())
    world.record("olga", "cancel_show")
    world.book("bob", "B1")
    assert {
        "cancelled_shows_have_no_live_bookings",
        "nobody_books_a_cancelled_show",
    } <= world.failures()


def test_a_booking_that_came_after_the_shows_end_is_found_though_it_was_cancelled_since(
    world: World,
) -> None:
    Show.objects.update(status="cancelled", cancelled_at=timezone.now())
    world.cancel("alice", Booking.objects.get(reference="REF0000001"))
    world.record("olga", "cancel_show")
    world.cancel("bob", world.book("bob", "B1"))
    assert world.failures() == {"nobody_books_a_cancelled_show"}


def test_a_show_that_comes_back_is_found(world: World) -> None:
    world.record("olga", "cancel_show")
    assert "acknowledged_shows_survive" in world.failures()


def test_a_show_that_moves_under_a_booking_is_found(world: World) -> None:
    minute = timedelta(minutes=1)
    Show.objects.update(starts_at=world.show.starts_at + minute)
    assert world.failures() == {"nothing_moves_under_a_booking"}


def test_a_price_that_the_owner_did_not_set_is_found(world: World) -> None:
    world.record("olga", "price", asked={"price": "20.00", "prices": {}})
    Show.objects.update(price="20.00")
    Seat.objects.update(price="20.00")
    Seat.objects.filter(label="B1").update(price=world.show.price)
    world.book("bob", "B1")
    assert world.failures() == {"the_price_is_the_servers"}


def test_a_cancelled_booking_that_comes_back_is_found(world: World) -> None:
    world.record("alice", "cancel", asked={"reference": "REF0000001"})
    assert world.failures() == {"cancelling_is_lasting_and_asked_for"}


def test_a_cancelling_that_nobody_asked_for_is_found(world: World) -> None:
    world.cancel("alice", Booking.objects.get(reference="REF0000001"))
    world.records.pop()
    assert world.failures() == {"cancelling_is_lasting_and_asked_for"}


def test_a_seat_map_that_does_not_add_up_is_found(world: World) -> None:
    world.read_seats(available=7, booked=2, selected=0, blocked=0)
    assert world.failures() == {"seat_maps_add_up"}


def test_two_shows_at_once_are_found(world: World) -> None:
    without("show_screen_overlap", "shows_show")
    world.new_show(world.show.screen, starts_in=timedelta(days=2, minutes=30))
    assert world.failures() == {"no_two_shows_overlap"}


def test_a_show_without_seats_is_found(world: World) -> None:
    show = world.new_show(world.show.screen, starts_in=timedelta(days=5))
    show.seats.all().delete()
    assert world.failures() == {"shows_have_all_their_seats"}


def test_a_kept_answer_without_its_booking_is_found(world: World) -> None:
    IdempotencyRecord.objects.create(
        user=world.users["bob"],
        endpoint="bookings",
        key="k",
        payload_hash=b"",
        status=201,
        body=b'{"reference": "REF0000042"}',
    )
    assert world.failures() == {"kept_answers_tell_the_truth"}


def test_a_key_without_its_answer_is_found(world: World) -> None:
    IdempotencyRecord.objects.create(
        user=world.users["bob"], endpoint="bookings", key="k", payload_hash=b"", status=0, body=b""
    )
    assert world.failures() == {"kept_answers_tell_the_truth"}


def test_a_refresh_token_that_works_twice_is_found(world: World) -> None:
    for _ in range(2):
        world.record("alice", "refresh", asked={"token": "one"})
    assert world.failures() == {"a_refresh_token_works_once"}


def test_a_session_that_survives_its_logout_is_found(world: World) -> None:
    world.record("alice", "logout", 204)
    world.record("alice", "browse")
    assert world.failures() == {"logged_out_means_out"}


def test_a_session_that_survives_a_logout_everywhere_is_found(world: World) -> None:
    world.record("alice", "logout_all", 204, session="alice/2")
    world.record("alice", "browse")
    assert world.failures() == {"logged_out_everywhere_means_out"}


def test_a_code_that_works_after_five_wrong_guesses_is_found(world: World) -> None:
    for _ in range(5):
        world.record("alice", "wrong_code", 400, code="invalid_code", asked={"code": "one"})
    world.record("alice", "right_code", asked={"code": "one"})
    assert world.failures() == {"a_code_takes_five_guesses"}


def test_a_code_that_works_twice_is_found(world: World) -> None:
    for _ in range(2):
        world.record("alice", "right_code", asked={"code": "one"})
    assert world.failures() == {"a_code_takes_five_guesses"}


def test_a_disabled_user_who_gets_in_is_found(world: World) -> None:
    world.record("ada", "disable", asked={"user": "bob@example.com"})
    world.record("bob", "browse")
    world.record("ada", "enable", asked={"user": "bob@example.com"})
    assert world.failures() == {"disabled_means_out"}


def test_a_lost_account_is_found(world: World) -> None:
    world.record("carol", "register", 201)
    assert "acknowledged_accounts_survive" in world.failures()


def test_an_owner_whom_nobody_made_one_is_found(world: World) -> None:
    world.users["bob"].role = "owner"
    world.users["bob"].save()
    assert world.failures() == {"roles_change_by_an_admin_only"}


def test_an_unknown_that_was_never_resolved_is_found(world: World) -> None:
    world.faults.append(Fault(name="x", started=0, healed=9e9, served=9e9, excuses=True))
    world.record("bob", "book", None, asked={"key": "k", "seats": ["B1"]})
    assert world.failures() == {"no_unknown_is_left"}


def test_a_booking_that_was_not_mailed_is_found(world: World) -> None:
    world.mails = [mail for mail in world.mails if mail.template != "booking_confirmed"]
    assert world.failures() == {"what_was_committed_is_mailed"}


def test_a_mail_about_what_was_rolled_back_is_found(world: World) -> None:
    text = "Reference: REF0000099\n"
    world.mails.append(
        Mail(to="bob@example.com", template="booking_confirmed", text=text, at=world.now)
    )
    assert world.failures() == {"what_was_rolled_back_is_not_mailed"}


def test_a_registration_that_was_not_mailed_is_found(world: World) -> None:
    world.mails = [mail for mail in world.mails if mail.template != "verify_email"]
    assert world.failures() == {"who_registered_is_mailed"}


def test_a_secret_in_a_log_is_found(world: World) -> None:
    evidence = world.evidence()
    evidence.logs = ["login with Correct-horse-1234"]
    assert [*checks.ALL["no_secret_is_logged"](evidence)]


def test_a_key_whose_booking_is_later_refused_is_found(world: World) -> None:
    record = next(record for record in world.records if record.kind == "book")
    world.say_again(record, status=409, code="seats_unavailable", answer={}, text="")
    assert world.failures() == {"replays_are_the_same"}


def test_a_key_whose_first_sending_was_refused_is_in_order(world: World) -> None:
    record = next(record for record in world.records if record.kind == "book")
    first = replace(record, started=record.started - 0.5, ended=record.started - 0.4)
    world.records.insert(0, replace(first, status=409, code="no_hold", answer={}, text=""))
    assert world.failures() == set()


def test_a_deadlock_is_found(world: World) -> None:
    evidence = world.evidence()
    evidence.database_log = ["ERROR:  deadlock detected"]
    assert [*checks.ALL["no_deadlocks"](evidence)]
