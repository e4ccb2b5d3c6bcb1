"""Faults of the bank that customers pay at. All else must go on as if nothing had happened."""

from random import Random

from lab.stress.faults.kinds import fault
from lab.stress.system import System


@fault("kill -9 of the bank", excuses=False, weight=2)
def kill_bank(system: System, random: Random) -> str:
    seconds = random.uniform(0, 3)
    system.bank.restart(seconds)
    return f"{seconds:.1f} s away"


@fault("the bank is slow", excuses=False)
def slow_bank(system: System, random: Random) -> str:
    seconds = random.uniform(2, 5)
    system.bank.be_slow(seconds)
    return f"{seconds:.1f} s"
