"""A small valid world, of which each test breaks one thing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from bookings.models import Booking, Ticket
from lab.stress.checker import judge_all
from lab.stress.evidence import Evidence
from lab.stress.history import Fault, Mail, Record
from movies.models import Movie
from shows.models import Seat, Show
from shows.seats import make_seats
from theaters.models import Screen, Theater
from users.models import User

PRICE = "12.50"


class World:
    """Alice, Bob, Olga's show of 2 × 5 seats, and the history of how it came to be."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.records: list[Record] = []
        self.mails: list[Mail] = []
        self.faults: list[Fault] = []
        self.users = {name: self._register(name) for name in ("alice", "bob", "olga", "otto")}
        self.show = self._schedule()

    def failures(self) -> set[str]:
        """The names of the checks that fail."""
        return {verdict.name for verdict in judge_all(self.evidence()) if verdict.violations}

    def evidence(self) -> Evidence:
        connection.ensure_connection()
        return Evidence(
            history=self.records,
            connection=connection.connection,
            faults=self.faults,
            mails=self.mails,
        )

    def record(self, actor: str, kind: str, status: int | None = 200, **more: Any) -> Record:
        """Append a request that took 10 ms, one second after the last."""
        self.now += 1
        email = f"{actor}@example.com"
        asked = {"show": self.show.pk if hasattr(self, "show") else 0, **more.pop("asked", {})}
        values = {
            "actor": email,
            "call": f"POST {kind}/",
            "started": self.now,
            "ended": self.now + 0.01,
            "code": "" if status and status < 400 else "busy",
            "session": actor,
            **more,
        }
        record = Record(kind=kind, status=status, asked=asked, **values)
        self.records.append(record)
        return record

    def hold(self, actor: str, *seats: str) -> Record:
        """Adds an acknowledged hold to the history alone."""
        answer = {"seats": list(seats), "expires_in": 480}
        return self.record(actor, "hold", asked={"seats": list(seats)}, answer=answer)

    def book(self, actor: str, *seats: str) -> Booking:
        """Adds a booking that is acknowledged, stored and mailed."""
        number = Booking.objects.count() + 1
        booking = self.store(actor, *seats, reference=f"REF{number:07}")
        self.acknowledge(actor, booking)
        return booking

    def store(self, actor: str, *seats: str, reference: str) -> Booking:
        """Adds a booking to the database alone."""
        booking = Booking.objects.create(
            reference=reference,
            user=self.users[actor],
            show=self.show,
            total=Decimal(PRICE) * len(seats),
        )
        for seat in Seat.objects.filter(show=self.show, label__in=seats):
            Ticket.objects.create(
                booking=booking,
                seat=seat,
                code=f"{reference}{seat.label}",
                label=seat.label,
                category=seat.category,
                price=seat.price,
            )
        Seat.objects.filter(show=self.show, label__in=seats).update(status="booked")
        return booking

    def acknowledge(self, actor: str, booking: Booking, kind: str = "book") -> Record:
        tickets = [
            {"seat": t.label, "category": t.category, "price": f"{t.price:.2f}", "code": t.code}
            for t in booking.tickets.all()
        ]
        answer = {
            "reference": booking.reference,
            "tickets": tickets,
            "total": f"{booking.total:.2f}",
            "starts_at": self.show.starts_at.isoformat(),
        }
        self.mail(actor, "booking_confirmed", booking)
        return self.record(
            actor,
            kind,
            201,
            asked={"key": booking.reference, "seats": [ticket["seat"] for ticket in tickets]},
            answer=answer,
            text=str(answer),
        )

    def cancel(self, actor: str, booking: Booking) -> None:
        """Adds a cancellation that is acknowledged, stored and mailed."""
        Booking.objects.filter(pk=booking.pk).update(
            status="cancelled", cancelled_at=timezone.now()
        )
        Seat.objects.filter(tickets__in=booking.tickets.all()).update(status="available")
        booking.tickets.update(status="void")
        self.mail(actor, "booking_cancelled", booking)
        self.record(actor, "cancel", asked={"reference": booking.reference})

    def mail(self, actor: str, template: str, booking: Booking) -> None:
        text = f"Hello,\n\nReference: {booking.reference}\n"
        self.mails.append(
            Mail(to=f"{actor}@example.com", template=template, text=text, at=self.now)
        )

    def read_seats(self, **seen: int) -> Record:
        """Adds a read of the seat map."""
        return self.record("alice", "seats", answer={"total": 10, "labels": 10, **seen})

    def say_again(self, record: Record, **changes: Any) -> Record:
        """Adds the same request once more, a second later."""
        self.now += 1
        again = replace(record, started=self.now, ended=self.now + 0.01, **changes)
        self.records.append(again)
        return again

    def _register(self, name: str) -> User:
        role = "owner" if name in {"olga", "otto"} else "user"
        user = User.objects.create(email=f"{name}@example.com", name=name, role=role)
        self.record(name, "register", 201)
        if role == "owner":
            self.record("ada", "promote", asked={"user": user.email})
        self.mails.append(Mail(to=user.email, template="verify_email", text="123456", at=self.now))
        return user

    def _schedule(self) -> Show:
        theater = Theater.objects.create(name="Babylon", city="Berlin", owner=self.users["olga"])
        screen = Screen.objects.create(theater=theater, name="Screen 1", layout=["sssss"] * 2)
        show = self.new_show(screen, starts_in=timedelta(days=2))
        self.record(
            "olga",
            "add_show",
            201,
            asked={"show": None, "price": PRICE, "prices": {}},
            answer={"id": show.pk},
        )
        return show

    def new_show(self, screen: Screen, *, starts_in: timedelta) -> Show:
        starts_at = timezone.now() + starts_in
        movie, _ = Movie.objects.get_or_create(title="Metropolis", duration_minutes=60)
        show = Show.objects.create(
            movie=movie,
            screen=screen,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            free_at=starts_at + timedelta(hours=1, minutes=15),
            local_date=starts_at.date(),
            price=Decimal(PRICE),
            rows=2,
            columns=5,
        )
        make_seats(shows=[show.pk], layout=screen.layout)
        return show
