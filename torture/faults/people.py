"""What clients do to a server, and an admin to clients."""

import socket
import time
from contextlib import suppress
from random import Random

from torture.chamber import Chamber
from torture.faults.kinds import fault

FEWER_THAN_THREADS = 3  # of one web process: more are held off by the proxy, which is not here


@fault("slow clients", excuses=False)
def slow_clients(chamber: Chamber, random: Random) -> str:
    body = b'{"show": 1, "seats": ["A1"]}'
    clients = [_start_request(chamber, len(body)) for _ in range(FEWER_THAN_THREADS)]
    for byte in body[: random.randint(5, 20)]:
        for client in clients:
            with suppress(OSError):
                client.send(bytes([byte]))
        time.sleep(0.2)
    for client in clients:
        client.close()
    return f"{len(clients)} clients"


@fault("clients hang up in mid-body", excuses=False)
def hang_up(chamber: Chamber, random: Random) -> str:
    count = random.randint(5, 30)
    for _ in range(count):
        client = _start_request(chamber, 1000)
        with suppress(OSError):
            client.send(b'{"show": 1, "se')
        client.close()
    return f"{count} clients"


def _start_request(chamber: Chamber, length: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", chamber.port), timeout=5)
    head = (
        f"POST /api/v1/bookings/ HTTP/1.1\r\nHost: 127.0.0.1:{chamber.port}\r\n"
        f"Authorization: Bearer {chamber.customers[0].person.access}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    client.sendall(head.encode())
    return client


@fault("a customer is disabled", excuses=False)
def throw_out(chamber: Chamber, random: Random) -> str:
    customer = random.choice(chamber.customers)
    chamber.admin.person.close()
    chamber.admin.person.come_in()
    chamber.admin.throw_out(customer.person, random.uniform(0.5, 2))
    return customer.person.name
