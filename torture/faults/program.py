"""What happens to the program's own processes."""

import os
import signal
import time
from contextlib import suppress
from random import Random

from torture.chamber import Chamber
from torture.faults.kinds import Skipped, fault
from torture.program import other_clock


@fault("kill -9 of a web worker")
def kill_web_worker(chamber: Chamber, random: Random) -> str:
    """Some of its requests are under way: the clients never pause long."""
    victim = random.choice(chamber.web.children())
    os.kill(victim, signal.SIGKILL)
    return ""


@fault("kill -9 of the web server's master")
def kill_web_master(chamber: Chamber, random: Random) -> str:
    """It is over when the next master is started: its orphans must be in nobody's way."""
    starts = chamber.web.starts
    os.kill(chamber.web.pid, signal.SIGKILL)
    while chamber.web.starts == starts:
        time.sleep(0.02)
    return ""


@fault("graceful reload of the web server")
def reload_web(chamber: Chamber, random: Random) -> str:
    os.kill(chamber.web.pid, signal.SIGHUP)
    time.sleep(random.uniform(1, 2))
    return ""


@fault("SIGSTOP of a web worker")
def stop_web_worker(chamber: Chamber, random: Random) -> str:
    victim, seconds = random.choice(chamber.web.children()), random.uniform(1, 6)
    os.kill(victim, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGCONT)
    return f"{seconds:.1f} s"


@fault("the web server's clock is 20 minutes off")
def other_time(chamber: Chamber, random: Random) -> str:
    library = other_clock(chamber.folder)
    if library is None:
        raise Skipped("needs a C compiler")
    minutes = random.choice([-20, 20])
    chamber.web.stop()
    chamber.web.env = {
        **chamber.env,
        "LD_PRELOAD": str(library),
        "TORTURE_CLOCK_SECONDS": str(minutes * 60),
    }
    try:
        chamber.web.start()
        chamber.wait_until_served()
        time.sleep(random.uniform(3, 6))
    finally:
        chamber.web.stop()
        chamber.web.env = chamber.env
        chamber.web.start()
        chamber.wait_until_alive()
    return f"{minutes:+} minutes"


@fault("kill -9 of the job worker", excuses=False)
def kill_job_worker(chamber: Chamber, random: Random) -> str:
    os.kill(chamber.worker.pid, signal.SIGKILL)
    return ""


@fault("two job workers, one stopped in its jobs", excuses=False)
def two_job_workers(chamber: Chamber, random: Random) -> str:
    chamber.second.start()
    time.sleep(random.uniform(2, 4))
    stopped = chamber.worker.pid
    os.kill(stopped, signal.SIGSTOP)
    with chamber.cluster.connect(autocommit=True) as database:
        database.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
        )
    time.sleep(random.uniform(2, 4))
    with suppress(ProcessLookupError):
        os.kill(stopped, signal.SIGCONT)
    chamber.second.stop(patience=5)
    return ""
