"""The system under test: database, proxy, mail server, web server and worker, and its clients."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from lab.stress.bank import Bank
from lab.stress.catalogue import Catalogue
from lab.stress.client import Client
from lab.stress.cluster import Cluster
from lab.stress.customers import Customer
from lab.stress.history import Fault, History
from lab.stress.mailbox import Mailbox
from lab.stress.owners import Admin, Owner
from lab.stress.payers import Payer
from lab.stress.person import Person
from lab.stress.program import Program, free_port, manage, production
from lab.stress.proxy import Proxy

CUSTOMERS = 20
PAYERS = 6
CROWD = 8
WEB_WORKERS = 3
KINDS = ("browse", "seats", "hold", "book", "cancel", "my_bookings", "refresh")
"""What succeeds all the time when all is well: readings and writes of all parts."""
PYTHON = sys.executable


class System:
    """Everything that runs during a test. `close` ends it all, whatever state it is in."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.seed = seed
        self.history = History(folder / "history.jsonl")
        self.faults: list[Fault] = []
        self.cluster = Cluster(folder.parent / "postgres")
        self.proxy = Proxy(lambda: self.cluster.socket)
        self.mailbox = Mailbox(free_port())
        self.bank = Bank(folder / "bank.jsonl")
        self.bank.start()
        ports = (self.proxy.port, self.mailbox.port)
        self.env = production(*ports, self.bank.url, WEB_WORKERS)
        self.port = self.bank.programs_port = int(self.env["PORT"])
        web = [PYTHON, "-m", "gunicorn", "core.wsgi:application", "--preload"]
        worker = [PYTHON, "manage.py", "worker"]
        self.web = Program("web", web, self.env, folder / "web.log")
        self.worker = Program("worker", worker, self.env, folder / "worker.log")
        self.second = Program("second worker", worker, self.env, folder / "worker.log")
        self.programs = [self.web, self.worker, self.second]
        self.catalogue = Catalogue()
        self.customers: list[Customer] = []
        self.payers: list[Payer] = []
        self.crowd: list[Customer] = []
        self.owners: list[Owner] = []
        self.admin = Admin(self.person("admin-1"))
        self.people: dict[str, Person] = {}

    def person(self, name: str) -> Person:
        return Person(name, self.port, self.history, str(self.seed))

    def open(self) -> None:
        """Deploy, start everything and open two theaters."""
        for command in ("migrate", "collectstatic"):
            done = manage(self.env, command, "--no-input")
            if done.returncode != 0:
                raise RuntimeError(done.stderr)
        self.web.start()
        self.worker.start()
        self.wait_until_alive()
        self._make_admin()
        movies = self.admin.add_movies()
        for number in (1, 2):
            self._open_theater(f"owner-{number}", movies)
        first, second = self.owners
        first.not_mine, second.not_mine = second.shows, first.shows
        self.customers = [self._customer(f"customer-{n}") for n in range(1, CUSTOMERS + 1)]
        self.payers = [self._payer(f"payer-{n}") for n in range(1, PAYERS + 1)]
        self.crowd = [self._customer(f"guest-{n}") for n in range(1, CROWD + 1)]
        people = [owner.person for owner in self.owners]
        people += [customer.person for customer in [*self.customers, *self.payers, *self.crowd]]
        self.people = {person.email: person for person in people}

    def _customer(self, name: str) -> Customer:
        customer = Customer(self.person(name), self.catalogue, self.mailbox)
        customer.person.register()
        return customer

    def _payer(self, name: str) -> Payer:
        payer = Payer(self.person(name), self.catalogue, self.mailbox, self.bank)
        payer.person.register()
        return payer

    def _make_admin(self) -> None:
        person = self.admin.person
        secret = {"DJANGO_SUPERUSER_PASSWORD": person.password}
        words = ["createsuperuser", "--noinput", "--email", person.email, "--name", person.name]
        made = manage({**self.env, **secret}, *words)
        if made.returncode != 0 or not person.log_in():
            raise RuntimeError(made.stderr)

    def _open_theater(self, name: str, movies: list[int]) -> None:
        owner = Owner(self.person(name), self.catalogue, movies)
        owner.person.register()
        self.admin.promote(owner.person)
        owner.person.log_in()
        owner.open()
        owner.sell_online(self.bank)
        self.owners.append(owner)

    def is_alive(self) -> bool:
        """Return whether the web server answers, with or without a database."""
        return self._status("/health/live/") == 200

    def _status(self, path: str) -> int | None:
        client = Client(self.port, patience=3)
        reply = client.send("GET", path, {}, b"")
        client.close()
        return reply.status if reply else None

    def wait_until_alive(self, seconds: float = 60) -> None:
        """Return once the web server answers; raise TimeoutError when it does not."""
        self._wait(self.is_alive, seconds)

    def wait_until_served(self) -> None:
        """Return once it answers from the database; raise TimeoutError when it does not."""
        self._wait(lambda: self._status("/api/v1/shows/") == 200, 60)

    def wait_for_recovery(self, since: float) -> float:
        """Return the time at which all clients succeed again after `since`; raise TimeoutError."""
        self._wait(lambda: self.history.is_serving_again(since, KINDS), 60)
        return time.time()

    def _wait(self, is_so: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.05)

    def start_everybody(self, stop: threading.Event) -> list[threading.Thread]:
        """Start one thread per customer and two per owner."""
        lives = [customer.live_until for customer in [*self.customers, *self.payers]]
        lives += [owner.live_until for owner in self.owners]
        threads = [threading.Thread(target=life, args=(stop,), daemon=True) for life in lives]
        for thread in threads:
            thread.start()
        return threads

    def close(self) -> None:
        """End every process that was started here."""
        for program in self.programs:
            program.stop(patience=5)
        self.bank.kill()
        self.mailbox.close()
        self.history.close()
        self.cluster.close()
