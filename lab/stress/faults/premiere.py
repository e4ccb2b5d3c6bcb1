"""The hardest case: a show is moved and cancelled while many customers book it."""

import threading
from random import Random

from lab.stress.customers import Customer
from lab.stress.faults.kinds import fault
from lab.stress.owners import Premiere
from lab.stress.system import System

OVER_WITHIN_SECONDS = 15


@fault("a show is cancelled while a crowd books it", excuses=False, weight=2)
def premiere(system: System, random: Random) -> str:
    """Let many customers book a new show at once, with slow COMMITs.

    This reveals code that reads before another transaction's COMMIT and writes after it.
    """
    premiere = Premiere(moves=random.randint(0, 2))
    system.proxy.commit_delay = random.uniform(0.05, 0.3)
    random.choice(system.owners).premieres.append(premiere)
    guests = [threading.Thread(target=_crowd_in, args=(guest, premiere)) for guest in system.crowd]
    for guest in guests:
        guest.start()
    premiere.is_over.wait(OVER_WITHIN_SECONDS)
    premiere.is_over.set()
    system.proxy.commit_delay = 0
    for guest in guests:
        guest.join()
    return f"show {premiere.show}, {premiere.moves} moves"


def _crowd_in(guest: Customer, premiere: Premiere) -> None:
    """Book on a new connection: one from before may be dead by now."""
    guest.person.close()
    premiere.is_announced.wait(OVER_WITHIN_SECONDS)
    while premiere.show and not premiere.is_over.is_set():
        guest.crowd_in(premiere.show)
    guest.person.close()
