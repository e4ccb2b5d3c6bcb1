"""Any sequence of holding, booking, cancelling and waiting, against a model in memory.

Time moves in steps of 50 seconds. A hold ends 480 or at most 960 seconds after a step, so always
at least ten seconds away from the next one: the milliseconds that a run really takes do not matter.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from rest_framework.test import APIClient, ForceAuthClientHandler

from movies.models import Movie
from shows.models import Show
from shows.seats import make_seats
from tests.clock import let_pass
from tests.examples import examples
from tests.invariants import violations
from theaters.models import Screen, Theater
from users import tokens
from users.models import Role, User
from users.sessions import start_session

LABELS = ["A1", "A2", "A3"]
STEP, LASTS, AT_MOST, MOST_SHOWS = 50, 480, 960, 4
HANDLER = ForceAuthClientHandler()
numbers = count(1)

people = st.integers(0, 2)
screenings = st.integers(0, 4)
wishes = st.sets(st.sampled_from(LABELS), min_size=1)


@dataclass
class ModelSeat:
    """Who has a seat: `holder` until a moment, or a booking for good."""

    holder: int | None = None
    until: int = 0
    booking: str | None = None


@dataclass
class ModelShow:
    """The seats of a show, in memory."""

    seats: dict[str, ModelSeat] = field(
        default_factory=lambda: {label: ModelSeat() for label in LABELS}
    )
    chains: dict[int, tuple[int, int]] = field(default_factory=dict)
    is_cancelled: bool = False

    def chain_of(self, person: int, now: int) -> tuple[int, int] | None:
        """Since when and up to when a person holds, with pauses that are shorter than a hold."""
        chain = self.chains.get(person)
        return chain if chain and chain[1] + AT_MOST > now else None

    def held_by(self, person: int, now: int) -> dict[str, ModelSeat]:
        return {
            label: seat
            for label, seat in self.seats.items()
            if seat.holder == person and seat.until > now
        }

    def lost_to(self, person: int, wish: set[str], now: int) -> list[str]:
        def is_free(seat: ModelSeat) -> bool:
            mine_or_nobodys = seat.holder in {None, person} or seat.until <= now
            return seat.booking is None and mine_or_nobodys

        return [label for label in sorted(wish) if not is_free(self.seats[label])]


class Cinema(RuleBasedStateMachine):
    """Three customers, an owner and five shows of three seats, in the model and over HTTP."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.bookings: dict[str, tuple[int, int]] = {}
        self.model = [ModelShow() for _ in range(5)]
        number = next(numbers)
        owner = self._user(f"owner{number}", Role.OWNER)
        self.owner = self._client(owner)
        self.clients = [
            self._client(self._user(f"p{number}.{person}", Role.USER)) for person in range(3)
        ]
        self.shows = self._make_shows(owner)

    def _user(self, name: str, role: str) -> User:
        email = f"{name}@example.com"
        return User.objects.create(email=email, name=name, role=role, email_verified=True)

    def _client(self, user: User) -> APIClient:
        client = APIClient()
        client.handler = HANDLER
        access = tokens.pair(start_session(user=user, address=""))["access"]
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
        return client

    def _make_shows(self, owner: User) -> list[Show]:
        theater = Theater.objects.create(name="T", city="C", owner=owner)
        screen = Screen.objects.create(theater=theater, name="S", layout=["sss"])
        movie = Movie.objects.create(title="M", duration_minutes=90)
        starts = [timezone.now() + timedelta(days=day) for day in range(30, 35)]
        shows = Show.objects.bulk_create(
            Show(
                movie=movie,
                screen=screen,
                starts_at=start,
                ends_at=start + timedelta(minutes=90),
                free_at=start + timedelta(minutes=90),
                local_date=start.date(),
                price=10,
                rows=1,
                columns=3,
            )
            for start in starts
        )
        make_seats(shows=[show.pk for show in shows], layout=screen.layout)
        return shows

    # What customers do

    @rule(person=people, show=screenings, wish=wishes)
    def hold(self, person: int, show: int, wish: set[str]) -> None:
        answer = self.clients[person].put(self._url(show, "hold"), {"seats": sorted(wish)})
        model = self.model[show]
        elsewhere = [m for m in self.model if m is not model and m.held_by(person, self.now)]
        lost = model.lost_to(person, wish, self.now)
        chain = model.chain_of(person, self.now)
        if model.is_cancelled:
            self._refused(answer, 409, "show_not_on_sale")
        elif chain and chain[0] + AT_MOST <= self.now:
            self._refused(answer, 409, "hold_exhausted")
        elif len(elsewhere) >= MOST_SHOWS:
            self._refused(answer, 409, "too_many_holds")
        elif lost:
            self._refused(answer, 409, "seats_unavailable", lost)
        else:
            assert answer.status_code == 200, answer.content
            self._model_hold(model, person, wish)
            left = next(iter(model.held_by(person, self.now).values())).until - self.now
            assert left - 10 <= answer.json()["expires_in"] <= left

    def _model_hold(self, model: ModelShow, person: int, wish: set[str]) -> None:
        since, _ = model.chain_of(person, self.now) or (self.now, 0)
        until = min(self.now + LASTS, since + AT_MOST)
        for label in model.held_by(person, self.now):
            model.seats[label] = ModelSeat()
        for label in wish:
            model.seats[label] = ModelSeat(person, until)
        model.chains[person] = since, until

    @rule(person=people, show=screenings)
    def release(self, person: int, show: int) -> None:
        assert self.clients[person].delete(self._url(show, "hold")).status_code == 204
        model = self.model[show]
        for label in model.held_by(person, self.now):
            model.seats[label] = ModelSeat()
        if person in model.chains:
            since, until = model.chains[person]
            model.chains[person] = since, min(until, self.now)

    @rule(person=people, show=screenings)
    def book_hold(self, person: int, show: int) -> None:
        answer = self.clients[person].post("/api/v1/bookings/", {"show": self.shows[show].pk})
        model = self.model[show]
        mine = model.held_by(person, self.now)
        if model.is_cancelled:
            self._refused(answer, 409, "show_not_on_sale")
        elif not mine:
            assert answer.status_code == 409
            assert answer.json()["code"] in {"no_hold", "hold_expired"}
        else:
            self._model_booking(answer, person, show, set(mine))

    @rule(person=people, show=screenings, wish=wishes)
    def book_in_one_step(self, person: int, show: int, wish: set[str]) -> None:
        body = {"show": self.shows[show].pk, "seats": sorted(wish)}
        answer = self.clients[person].post("/api/v1/bookings/", body)
        model = self.model[show]
        lost = model.lost_to(person, wish, self.now)
        if model.is_cancelled:
            self._refused(answer, 409, "show_not_on_sale")
        elif lost:
            self._refused(answer, 409, "seats_unavailable", lost)
        else:
            for label in model.held_by(person, self.now):
                model.seats[label] = ModelSeat()
            self._model_booking(answer, person, show, wish)

    def _model_booking(self, answer: Any, person: int, show: int, labels: set[str]) -> None:
        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert [ticket["seat"] for ticket in body["tickets"]] == sorted(labels)
        assert body["total"] == f"{10 * len(labels)}.00"
        self.bookings[body["reference"]] = person, show
        self.model[show].chains.pop(person, None)
        for label in labels:
            self.model[show].seats[label] = ModelSeat(booking=body["reference"])

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), person=people)
    def cancel(self, data: st.DataObject, person: int) -> None:
        reference = data.draw(st.sampled_from(sorted(self.bookings)))
        customer, show = self.bookings[reference]
        answer = self.clients[person].post(f"/api/v1/bookings/{reference}/cancel/")
        seats = self.model[show].seats
        mine = [label for label, seat in seats.items() if seat.booking == reference]
        if person != customer:
            self._refused(answer, 404, "not_found")
        elif not mine:
            self._refused(answer, 409, "already_cancelled")
        else:
            assert answer.status_code == 200
            for label in mine:
                seats[label] = ModelSeat()

    # What the owner and time do

    @rule(show=screenings, dice=st.integers(1, 6))
    def cancel_show(self, show: int, dice: int) -> None:
        if dice > 1:
            return
        answer = self.owner.post(self._url(show, "cancel"), {"reason": "Flood"})
        model = self.model[show]
        if model.is_cancelled:
            self._refused(answer, 409, "already_cancelled")
        else:
            assert answer.status_code == 200
            self.model[show] = ModelShow(is_cancelled=True)

    @rule(steps=st.integers(1, 12))
    def wait(self, steps: int) -> None:
        let_pass(timedelta(seconds=STEP * steps))
        self.now += STEP * steps

    # What must be true after each step

    @invariant()
    def every_seat_map_is_the_models(self) -> None:
        for show, model in zip(self.shows, self.model, strict=True):
            seats = self.owner.get(f"/api/v1/shows/{show.pk}/seats/").json()["seats"]
            assert {s["label"]: s["status"] for s in seats} == {
                label: self._status(seat) for label, seat in model.seats.items()
            }

    def _status(self, seat: ModelSeat) -> str:
        if seat.booking:
            return "booked"
        return "selected" if seat.holder is not None and seat.until > self.now else "available"

    def teardown(self) -> None:
        assert violations() == []

    def _url(self, show: int, what: str) -> str:
        return f"/api/v1/shows/{self.shows[show].pk}/{what}/"

    def _refused(self, answer: Any, status: int, code: str, seats: list[str] | None = None) -> None:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
        if seats is not None:
            assert answer.json()["seats"] == seats


@pytest.mark.django_db
def test_every_sequence_of_acts_leaves_the_seats_as_the_model_says(settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = False
    run(Cinema, settings=EXAMPLES)


EXAMPLES = settings(
    max_examples=examples(25),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
