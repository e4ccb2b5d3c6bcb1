"""Faults of the program's processes."""

import os
import signal
import time
from contextlib import suppress
from random import Random

from lab.stress.faults.kinds import Skipped, fault
from lab.stress.program import other_clock
from lab.stress.system import System


@fault("kill -9 of a web worker")
def kill_web_worker(system: System, random: Random) -> str:
    """Kill a worker; clients never pause for long, so it has requests under way."""
    victim = random.choice(system.web.children())
    os.kill(victim, signal.SIGKILL)
    return ""


@fault("kill -9 of the web server's master")
def kill_web_master(system: System, random: Random) -> str:
    """Kill the master; its orphaned workers must not disturb the next one, which ends the fault."""
    starts = system.web.starts
    os.kill(system.web.pid, signal.SIGKILL)
    while system.web.starts == starts:
        time.sleep(0.02)
    return ""


@fault("graceful reload of the web server")
def reload_web(system: System, random: Random) -> str:
    os.kill(system.web.pid, signal.SIGHUP)
    time.sleep(random.uniform(1, 2))
    return ""


@fault("SIGSTOP of a web worker")
def stop_web_worker(system: System, random: Random) -> str:
    victim, seconds = random.choice(system.web.children()), random.uniform(1, 6)
    os.kill(victim, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGCONT)
    return f"{seconds:.1f} s"


@fault("the web server's clock is 20 minutes off")
def other_time(system: System, random: Random) -> str:
    library = other_clock(system.folder)
    if library is None:
        raise Skipped("needs a C compiler")
    minutes = random.choice([-20, 20])
    system.web.stop()
    system.web.env = {
        **system.env,
        "LD_PRELOAD": str(library),
        "STRESS_CLOCK_SECONDS": str(minutes * 60),
    }
    try:
        system.web.start()
        system.wait_until_served()
        time.sleep(random.uniform(3, 6))
    finally:
        system.web.stop()
        system.web.env = system.env
        system.web.start()
        system.wait_until_alive()
    return f"{minutes:+} minutes"


@fault("kill -9 of the job worker", excuses=False)
def kill_job_worker(system: System, random: Random) -> str:
    os.kill(system.worker.pid, signal.SIGKILL)
    return ""


@fault("two job workers, one stopped in its jobs", excuses=False)
def two_job_workers(system: System, random: Random) -> str:
    system.second.start()
    time.sleep(random.uniform(2, 4))
    stopped = system.worker.pid
    os.kill(stopped, signal.SIGSTOP)
    with system.cluster.connect(autocommit=True) as database:
        database.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
        )
    time.sleep(random.uniform(2, 4))
    with suppress(ProcessLookupError):
        os.kill(stopped, signal.SIGCONT)
    system.second.stop(patience=5)
    return ""
