"""The customers of an on-sale: flows that end when everybody has tried once."""

import itertools

from lab.bench import flows

CUSTOMERS = 10_000
FAMILIES = 1_000


def rush(world: flows.World, number: int, of: int) -> flows.Flow:
    """Play one connection's share of customers who each want one seat of the first show."""
    for user in range(number, CUSTOMERS, of):
        seat = world.labels[user * 7919 % len(world.labels)]
        body = {"show": world.shows[0], "seats": [seat]}
        yield flows.booking(world.access[user], body)._replace(is_first=True)


def families(world: flows.World, number: int, of: int) -> flows.Flow:
    """Play one connection's share of 1,000 customers, each wanting four adjacent seats."""
    blocks = [world.labels[i : i + 4] for i in range(0, len(world.labels), 4)]
    for user in range(number, FAMILIES, of):
        show = world.shows[1 + user % 10]
        wanted = blocks[user // 10 % len(blocks) :] + blocks[: user // 10 % len(blocks)]
        for i, seats in enumerate(itertools.islice(wanted, 3)):
            call = flows.booking(world.access[user], {"show": show, "seats": seats})
            reply = yield call._replace(is_first=i == 0)
            if reply.status == 201:
                break


FLOWS = {"rush": rush, "families": families}
