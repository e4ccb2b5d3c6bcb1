"""What happens between the program and its database."""

import time
from random import Random

from torture.chamber import Chamber
from torture.faults.kinds import fault


@fault("the network to the database is slow", excuses=False)
def delay(chamber: Chamber, random: Random) -> str:
    chamber.proxy.delay = random.uniform(0.01, 0.08)
    time.sleep(random.uniform(2, 5))
    milliseconds, chamber.proxy.delay = chamber.proxy.delay * 1000, 0
    return f"{milliseconds:.0f} ms each way"


@fault("connections to the database are reset")
def reset(chamber: Chamber, random: Random) -> str:
    return f"{chamber.proxy.reset()} connections"


@fault("the network refuses connections")
def refuse(chamber: Chamber, random: Random) -> str:
    chamber.proxy.refuses = True
    chamber.proxy.reset()
    time.sleep(random.uniform(1, 4))
    chamber.proxy.refuses = False
    return ""


@fault("the network swallows everything")
def swallow(chamber: Chamber, random: Random) -> str:
    chamber.proxy.swallows = True
    time.sleep(random.uniform(1, 6))
    chamber.proxy.swallows = False
    return f"{chamber.proxy.reset(only_damaged=True)} connections reset after it"


@fault("the reply to a COMMIT is lost", weight=3)
def cut_after_commit(chamber: Chamber, random: Random) -> str:
    return _cut_commits(chamber, random.randint(5, 40), before=False)


@fault("a COMMIT is lost before it arrives")
def cut_before_commit(chamber: Chamber, random: Random) -> str:
    return _cut_commits(chamber, random.randint(1, 8), before=True)


def _cut_commits(chamber: Chamber, count: int, *, before: bool) -> str:
    had = chamber.proxy.cut
    chamber.proxy.cuts_before = before
    chamber.proxy.commits_to_cut = count
    deadline = time.monotonic() + 5
    while chamber.proxy.commits_to_cut > 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    chamber.proxy.commits_to_cut = 0
    return f"{chamber.proxy.cut - had} commits"
