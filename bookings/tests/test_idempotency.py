"""`Idempotency-Key`: one effect and one answer per key."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from bookings.models import Booking
from core.http.idempotency import CLAIM
from core.models import IdempotencyRecord
from shows.models import Seat, Show
from tests.api import BOOKINGS, As, book
from tests.locks import locked
from users.models import User


def book_once(client: APIClient, show: Show, *labels: str, key: str = "order 1") -> Any:
    return book(client, show, *labels, key=key)


def test_a_repeated_request_gets_the_same_bytes_and_books_once(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    first, second = book_once(client, show, "A1"), book_once(client, show, "A1")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["Location"] == second.headers["Location"]
    assert Booking.objects.count() == 1
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_order_of_keys_in_the_json_does_not_matter(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    texts = [f'{{"show": {show.pk}, "seats": ["A1"]}}', f'{{"seats":["A1"],"show":{show.pk}}}']
    answers = [
        client.post(
            BOOKINGS,
            text,
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )
        for text in texts
    ]
    assert answers[0].content == answers[1].content


def test_it_is_a_snapshot_also_after_the_booking_was_cancelled_and_from_a_new_login(
    as_: As, show: Show, alice: User
) -> None:
    first = book_once(as_(alice), show, "A1")
    as_(alice).post(f"{first.headers['Location']}cancel/")
    again = book_once(as_(alice), show, "A1")
    assert (again.status_code, again.content) == (201, first.content)
    assert Seat.objects.get(show=show, label="A1").status == "available"


def test_another_payload_under_the_same_key_is_refused(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    book_once(client, show, "A1")
    answer = book_once(client, show, "A2")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Booking.objects.count() == 1


def test_a_refusal_leaves_no_record_and_the_key_may_be_used_again(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    bobs = book_once(as_(bob), show, "A1").json()["reference"]
    client = as_(alice)
    assert book_once(client, show, "A1").status_code == 409
    assert IdempotencyRecord.objects.filter(user=alice).count() == 0
    as_(bob).post(f"/api/v1/bookings/{bobs}/cancel/")
    assert book_once(client, show, "A1").status_code == 201


def test_a_key_belongs_to_its_user_and_endpoint(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    mine = book_once(as_(alice), show, "A1")
    theirs = book_once(as_(bob), show, "A1")
    assert theirs.status_code == 409
    assert mine.json()["reference"] not in theirs.text
    cancelled = as_(alice).post(
        f"{mine.headers['Location']}cancel/", headers={"Idempotency-Key": "order 1"}
    )
    assert cancelled.json()["status"] == "cancelled"


def test_one_key_at_two_endpoints_has_an_answer_at_each(as_: As, show: Show, alice: User) -> None:
    client, key = as_(alice), {"Idempotency-Key": "order 1"}
    booked = book_once(client, show, "A1")
    cancelled = client.post(f"{booked.headers['Location']}cancel/", headers=key)
    again = client.post(f"{booked.headers['Location']}cancel/", headers=key)
    assert (cancelled.status_code, again.content) == (200, cancelled.content)
    assert book_once(client, show, "A1").content == booked.content


def test_each_person_and_each_key_has_an_answer_of_its_own(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    alices, bobs = as_(alice), as_(bob)
    orders = [(alices, "A1", "k1"), (alices, "A2", "k2"), (bobs, "B1", "k1")]
    first = [book_once(client, show, label, key=key) for client, label, key in orders]
    again = [book_once(client, show, label, key=key) for client, label, key in orders]
    assert [answer.status_code for answer in first] == [201, 201, 201]
    assert [answer.content for answer in again] == [answer.content for answer in first]
    places = [answer.headers["Location"] for answer in first]
    assert [answer.headers["Location"] for answer in again] == places


def test_a_repeated_cancellation_gets_the_same_answer(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    url = f"{book_once(client, show, 'A1').headers['Location']}cancel/"
    first = client.post(url, headers={"Idempotency-Key": "c"})
    second = client.post(url, headers={"Idempotency-Key": "c"})
    assert (second.status_code, second.content) == (200, first.content)
    assert client.post(url, headers={"Idempotency-Key": "d"}).status_code == 409


def test_cancelling_a_show_takes_a_key_too(as_: As, show: Show, olga: User) -> None:
    client = as_(olga)
    url = f"/api/v1/shows/{show.pk}/cancel/"
    answers = [
        client.post(url, {"reason": "Flood"}, headers={"Idempotency-Key": "s"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_first_request_takes_too_long_can_be_tried_again(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    claim = {"user": alice.pk, "endpoint": BOOKINGS, "key": "order 1", "hash": b""}
    with locked(CLAIM, **claim):
        answer = book_once(client, show, "A1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_use")
    assert Booking.objects.count() == 0
    assert book_once(client, show, "A1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_statement_timeout_is_not_reported_as_a_key_in_use(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    claim = {"user": alice.pk, "endpoint": BOOKINGS, "key": "order 1", "hash": b""}
    with locked(CLAIM, **claim), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
        answer = book_once(client, show, "A1")
        cursor.execute("RESET statement_timeout")
    assert answer.status_code == 503


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "tab\there"])
def test_a_key_that_is_not_printable_ascii_is_400(
    as_: As, show: Show, alice: User, key: str
) -> None:
    answer = book_once(as_(alice), show, "A1", key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert Booking.objects.count() == 0


def few_an_hour(settings: Any, **most: int) -> None:
    few = {limit: (number, timedelta(hours=1)) for limit, number in most.items()}
    settings.RATE_LIMITS = settings.RATE_LIMITS | few


def test_a_repetition_is_answered_beyond_the_limit_and_does_not_count(
    as_: As, show: Show, alice: User, settings: Any
) -> None:
    few_an_hour(settings, booking=2)
    client = as_(alice)
    first = [book_once(client, show, "A1") for _ in range(5)]
    assert {(answer.status_code, answer.content) for answer in first} == {(201, first[0].content)}
    assert book_once(client, show, "A2", key="order 2").status_code == 201
    assert book_once(client, show, "A3", key="order 3").status_code == 429
    replayed = book_once(client, show, "A1")
    assert replayed.content == first[0].content
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert book_once(client, show, "A2").json()["code"] == "idempotency_key_reused"


def test_a_repeated_cancellation_is_answered_beyond_the_limit(
    as_: As, show: Show, alice: User, settings: Any
) -> None:
    few_an_hour(settings, cancellation=1)
    client, key = as_(alice), {"Idempotency-Key": "c"}
    booked = [book_once(client, show, seat, key=seat) for seat in ("A1", "A2")]
    urls = [f"{answer.headers['Location']}cancel/" for answer in booked]
    first = client.post(urls[0], headers=key)
    assert client.post(urls[1], headers=key).status_code == 429
    assert client.post(urls[0], headers=key).content == first.content


def test_a_refused_request_counts_although_it_leaves_no_record(
    as_: As, show: Show, alice: User, settings: Any
) -> None:
    few_an_hour(settings, booking=2)
    client = as_(alice)
    tries = [book_once(client, show, "Z9").status_code for _ in range(3)]
    assert tries == [400, 400, 429]
