"""Simulated owners, who add, price, move and cancel shows, and the admin who makes them owners."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from lab.stress import catalogue
from lab.stress.bank import Bank
from lab.stress.catalogue import Catalogue
from lab.stress.history import Outcome, Record
from lab.stress.person import Person

LAYOUT = ["pppp_pppp", "ssss_ssss", "ssss_ssss", "ssss_sssx", "wwrr_rrww"]
SHOWS_WANTED = 4
SIGNED_WITH = "whsec_of_the_stress_test"
PUBLISHED = "pk_test_of_the_stress_test"
SELLING = {
    "pays": "both",
    "legal_name": "Kino GmbH",
    "legal_address": "Kinoweg 1, 10115 Berlin",
    "terms_url": "https://kino.example/terms",
    "privacy_url": "https://kino.example/privacy",
    "refund_policy": [
        {"until_minutes": 14 * 24 * 60, "share": 100},
        {"until_minutes": 0, "share": 50},
    ],
}


class Admin:
    """Makes movies and owners, and sometimes disables a customer for a moment."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def add_movies(self) -> list[int]:
        """Add three movies, and return their ids."""
        found: list[int] = []
        for title, minutes in (("Metropolis", 153), ("Nosferatu", 94), ("Sunrise", 95)):
            body = {"title": title, "duration_minutes": minutes, "genres": ["silent"]}
            record = self.person.call("administer", "POST movies/", body, read=catalogue.made)
            found.append(record.answer["id"])
        return found

    def promote(self, person: Person) -> None:
        """Make somebody an owner."""
        number = self._number(person.email)
        asked = {"user": person.email}
        self.person.call("promote", f"PATCH users/{number}/", {"role": "owner"}, asked=asked)

    def throw_out(self, person: Person, seconds: float) -> None:
        """Disable somebody for some seconds."""
        if number := self._number(person.email):
            self._switch("disable", person, number, is_active=False)
            time.sleep(seconds)
            for _ in range(60):
                if self._switch("enable", person, number, is_active=True).is_ok:
                    break
                time.sleep(0.5)

    def _switch(self, kind: str, person: Person, number: int, *, is_active: bool) -> Record:
        body, asked = {"is_active": is_active}, {"user": person.email}
        record = self.person.call(kind, f"PATCH users/{number}/", body, asked=asked)
        if record.status == 401:
            self.person.authenticate()
        return record

    def _number(self, email: str) -> int:
        found: list[int] = []

        def read(answer: Any) -> dict[str, Any]:
            found.extend(row["id"] for row in answer["results"] if row["email"] == email)
            return {}

        self.person.call("administer", f"GET users/?search={email}", read=read)
        return found[0] if found else 0


@dataclass
class Premiere:
    """A new show that is moved several times, and cancelled, while many customers book it."""

    moves: int
    show: int = 0
    is_announced: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)


class Owner:
    """An owner with a theater, whose programme changes all the time."""

    def __init__(self, person: Person, catalogue: Catalogue, movies: list[int]) -> None:
        self.person = person
        self.random = person.random
        self.catalogue = catalogue
        self.movies = movies
        self.theater = 0
        self.screens: list[int] = []
        self.shows: list[int] = []
        self.not_mine: list[int] = []
        self.premieres: deque[Premiere] = deque()

    def open(self) -> None:
        """Open the theater, with a second screen and small layouts."""
        body = {"name": f"The {self.person.name.title()}", "city": "Berlin", "currency": "EUR"}
        body["timezone"] = self.random.choice(["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
        record = self.person.call("administer", "POST theaters/", body, read=catalogue.made)
        self.theater = record.answer["id"]
        path = f"theaters/{self.theater}/screens/"
        self.person.call(
            "administer",
            f"POST {path}",
            {"name": "Screen 2", "layout": LAYOUT},
            read=catalogue.made,
        )

        def read(answer: Any) -> dict[str, Any]:
            self.screens = [row["id"] for row in answer["results"]]
            return {}

        self.person.call("administer", f"GET {path}", read=read)
        for screen in self.screens:
            self.person.call("administer", f"PATCH screens/{screen}/", {"layout": LAYOUT})
        while len(self.shows) < SHOWS_WANTED:
            self.add_show()

    def sell_online(self, bank: Bank) -> None:
        """Take cards at an account of the theater's own; late cancellations give half back."""
        path, call = f"theaters/{self.theater}", self.person.call
        secrets = {
            "secret_key": f"sk_test_of_theater_{self.theater}",
            "webhook_secret": SIGNED_WITH,
        }
        body = {"provider": "stripe", "settings": {"publishable_key": PUBLISHED}}
        record = call(
            "administer",
            f"POST {path}/payment-accounts/",
            {**body, "secrets": secrets},
            read=lambda answer: {"webhook": urlsplit(answer["webhook"]).path},
        )
        bank.tell(secrets["secret_key"], SIGNED_WITH, record.answer["webhook"])
        call("administer", f"PATCH {path}/payment-settings/", SELLING)

    def live_until(self, stop: threading.Event) -> None:
        """Run the theater until told to stop, with pauses."""
        while not stop.is_set():
            record = self.act()
            if record is not None and record.status == 401 and not self.person.authenticate():
                time.sleep(0.5)
            stop.wait(self.random.uniform(0.1, 1.0))

    def act(self) -> Record | None:
        if self.premieres:
            return self._hold_premiere(self.premieres.popleft())
        if len(self.shows) < SHOWS_WANTED:
            return self.add_show()
        habits = [self.set_price, self.move, self.cancel_show, self.look_at_sales, self.trespass]
        (do,) = self.random.choices(habits, [30, 15, 12, 35, 8])
        return do(self.random.choice(self.shows))

    def _prices(self) -> dict[str, Any]:
        price, premium = (f"{self.random.randint(5, 20)}.{cents}" for cents in ("00", "50"))
        return {"price": price, "prices": {"premium": premium}}

    def _time(self) -> str:
        day = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        hours = self.random.randint(0, 24 * 90)
        return (day + timedelta(hours=hours)).isoformat()

    def add_show(self) -> Record:
        prices = self._prices()
        body = {
            "movie": self.random.choice(self.movies),
            "screen": self.random.choice(self.screens),
            "starts_at": self._time(),
            **prices,
        }
        asked = {**prices, "screen": body["screen"], "starts_at": body["starts_at"]}
        record = self.person.call("add_show", "POST shows/", body, asked=asked, read=catalogue.made)
        if record.is_ok:
            self.shows.append(record.answer["id"])
        return record

    def _hold_premiere(self, premiere: Premiere) -> Record:
        record = self.add_show()
        if record.is_ok:
            premiere.show = record.answer["id"]
            premiere.is_announced.set()
            for _ in range(premiere.moves):
                time.sleep(self.random.uniform(0, 0.2))
                self.move(premiere.show)
            time.sleep(self.random.uniform(0.2, 1))
            record = self.cancel_show(premiere.show)
        premiere.is_over.set()
        return record

    def set_price(self, show: int) -> Record:
        prices = self._prices()
        asked = {"show": show, **prices}
        return self.person.call("price", f"PATCH shows/{show}/", prices, asked=asked)

    def move(self, show: int) -> Record:
        body = {"starts_at": self._time()}
        return self.person.call("move", f"PATCH shows/{show}/", body, asked={"show": show, **body})

    def cancel_show(self, show: int) -> Record:
        self.shows.remove(show)
        for _ in range(3):
            record = cancel_show(self.person, show)
            if record.outcome is not Outcome.UNKNOWN:
                break
        return record

    def look_at_sales(self, show: int) -> Record:
        paths = [f"shows/{show}/bookings/", f"theaters/{self.theater}/bookings/?page_size=50"]
        path = self.random.choice(paths)
        return self.person.call("sales", f"GET {path}", read=catalogue.references)

    def trespass(self, show: int) -> Record | None:
        """Try the same with a show of another owner."""
        if not self.not_mine:
            return None
        show = self.random.choice(self.not_mine)
        calls = [
            (f"PATCH shows/{show}/", {"price": "1.00"}),
            (f"GET shows/{show}/bookings/", None),
            (f"POST shows/{show}/cancel/", {"reason": "mine now"}),
            (f"DELETE shows/{show}/", None),
        ]
        call, body = self.random.choice(calls)
        return self.person.call("trespass", call, body)


def cancel_show(person: Person, show: int) -> Record:
    """Cancel a show."""
    return person.call(
        "cancel_show", f"POST shows/{show}/cancel/", {"reason": "no film"}, asked={"show": show}
    )
