"""Faults of the network between the program and its database."""

import time
from random import Random

from lab.stress.faults.kinds import fault
from lab.stress.system import System


@fault("the network to the database is slow", excuses=False)
def delay(system: System, random: Random) -> str:
    system.proxy.delay = random.uniform(0.01, 0.08)
    time.sleep(random.uniform(2, 5))
    milliseconds, system.proxy.delay = system.proxy.delay * 1000, 0
    return f"{milliseconds:.0f} ms each way"


@fault("connections to the database are reset")
def reset(system: System, random: Random) -> str:
    return f"{system.proxy.reset()} connections"


@fault("the network refuses connections")
def refuse(system: System, random: Random) -> str:
    system.proxy.refuses = True
    system.proxy.reset()
    time.sleep(random.uniform(1, 4))
    system.proxy.refuses = False
    return ""


@fault("the network swallows everything")
def swallow(system: System, random: Random) -> str:
    system.proxy.swallows = True
    time.sleep(random.uniform(1, 6))
    system.proxy.swallows = False
    return f"{system.proxy.reset(only_damaged=True)} connections reset after it"


@fault("the reply to a COMMIT is lost", weight=3)
def cut_after_commit(system: System, random: Random) -> str:
    return _cut_commits(system, random.randint(5, 40), before=False)


@fault("a COMMIT is lost before it arrives")
def cut_before_commit(system: System, random: Random) -> str:
    return _cut_commits(system, random.randint(1, 8), before=True)


def _cut_commits(system: System, count: int, *, before: bool) -> str:
    had = system.proxy.cut
    system.proxy.cuts_before = before
    system.proxy.commits_to_cut = count
    deadline = time.monotonic() + 5
    while system.proxy.commits_to_cut > 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    system.proxy.commits_to_cut = 0
    return f"{system.proxy.cut - had} commits"
