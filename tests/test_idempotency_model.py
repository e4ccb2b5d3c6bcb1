"""Any sequence of bookings, retries and cancellations with few keys, against a model in memory."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from bookings.models import Booking
from core.models import IdempotencyRecord
from shows.models import Show
from tests.examples import examples
from tests.invariants import violations
from users import tokens
from users.models import User
from users.sessions import start_session

pytestmark = pytest.mark.django_db
PEOPLE = ("alice", "bob")
SEATS = ("A1", "A2", "A3")
order = st.tuples(
    st.just("order"), st.sampled_from(PEOPLE), st.sampled_from("kl"), st.sampled_from(SEATS)
)
cancel = st.tuples(
    st.just("cancel"), st.sampled_from(PEOPLE), st.sampled_from("kl"), st.sampled_from(SEATS)
)
steps = st.lists(order | cancel, min_size=1, max_size=25)
Key = tuple[str, str, str]


class Model:
    """What must have happened: who has which seat, and what each key has answered."""

    def __init__(self) -> None:
        self.holders: dict[str, tuple[str, str]] = {}
        self.answers: dict[Key, tuple[Any, int, bytes]] = {}

    def check_repeated(self, key: Key, payload: Any, answer: Any) -> bool:
        """Whether the key was answered before, and so decides what it answers now."""
        if key not in self.answers:
            return False
        before, status, body = self.answers[key]
        if before == payload:
            assert (answer.status_code, answer.content) == (status, body)
        else:
            assert answer.status_code == 422
        return True

    def ordered(self, who: str, key: str, seat: str, answer: Any) -> None:
        if self.check_repeated((who, "", key), seat, answer):
            return
        assert answer.status_code == (409 if seat in self.holders else 201)
        if answer.status_code == 201:
            self.holders[seat] = who, answer.json()["reference"]
            self.answers[who, "", key] = seat, 201, answer.content

    def cancelled(self, who: str, key: str, reference: str, answer: Any) -> None:
        if self.check_repeated((who, reference, key), None, answer):
            return
        mine = {seat: r for seat, (holder, r) in self.holders.items() if holder == who}
        assert answer.status_code == (200 if reference in mine.values() else 409)
        if answer.status_code == 200:
            self.holders = {s: h for s, h in self.holders.items() if h[1] != reference}
            self.answers[who, reference, key] = None, 200, answer.content


@pytest.fixture
def clients(alice: User, bob: User) -> dict[str, APIClient]:
    made = {}
    for user in (alice, bob):
        access = tokens.pair(start_session(user=user, address=""))["access"]
        made[user.name.lower()] = APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")
    return made


@given(taken=steps)
@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_one_key_is_one_effect_and_one_answer_whatever_comes_between(
    taken: list[tuple[str, str, str, str]], show: Show, clients: dict[str, APIClient]
) -> None:
    model, last = Model(), dict.fromkeys(PEOPLE, "")
    with transaction.atomic():
        for what, who, key, seat in taken:
            headers = {"Idempotency-Key": key}
            if what == "order":
                wish = {"show": show.pk, "seats": [seat]}
                answer = clients[who].post("/api/v1/bookings/", wish, headers=headers)
                model.ordered(who, key, seat, answer)
                last[who] = answer.json().get("reference", last[who])
            elif last[who]:
                path = f"/api/v1/bookings/{last[who]}/cancel/"
                model.cancelled(who, key, last[who], clients[who].post(path, headers=headers))
        live = Booking.objects.live().values_list("reference", flat=True)
        assert sorted(live) == sorted(reference for _, reference in model.holders.values())
        assert IdempotencyRecord.objects.count() == len(model.answers)
        assert violations() == []
        transaction.set_rollback(True)
