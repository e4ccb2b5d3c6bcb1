"""Clients that are slow or hang up, and customers who are disabled."""

import socket
import time
from contextlib import suppress
from random import Random

from lab.stress.faults.kinds import fault
from lab.stress.system import System

FEWER_THAN_THREADS = 3  # of a web process; in production, a proxy holds off slow clients


@fault("slow clients", excuses=False)
def slow_clients(system: System, random: Random) -> str:
    body = b'{"show": 1, "seats": ["A1"]}'
    clients = [_start_request(system, len(body)) for _ in range(FEWER_THAN_THREADS)]
    for byte in body[: random.randint(5, 20)]:
        for client in clients:
            with suppress(OSError):
                client.send(bytes([byte]))
        time.sleep(0.2)
    for client in clients:
        client.close()
    return f"{len(clients)} clients"


@fault("clients hang up in mid-body", excuses=False)
def hang_up(system: System, random: Random) -> str:
    count = random.randint(5, 30)
    for _ in range(count):
        client = _start_request(system, 1000)
        with suppress(OSError):
            client.send(b'{"show": 1, "se')
        client.close()
    return f"{count} clients"


def _start_request(system: System, length: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", system.port), timeout=5)
    head = (
        f"POST /api/v1/bookings/ HTTP/1.1\r\nHost: 127.0.0.1:{system.port}\r\n"
        f"Authorization: Bearer {system.customers[0].person.access}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    client.sendall(head.encode())
    return client


@fault("a customer is disabled", excuses=False)
def throw_out(system: System, random: Random) -> str:
    customer = random.choice(system.customers)
    system.admin.person.close()
    system.admin.person.authenticate()
    system.admin.throw_out(customer.person, random.uniform(0.5, 2))
    return customer.person.name
