"""A process gives back the memory in which it has hashed passwords."""

import subprocess
import sys

SCRIPT = """
import sys
from argon2.low_level import Type, hash_secret_raw
from core.server.memory import return_large_blocks

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

if sys.argv[1] == "returned":
    return_large_blocks()
before = resident()
for _ in range(3):
    hash_secret_raw(b"password", b"salt" * 4, 2, 19 * 1024, 1, 32, Type.ID)
print(resident() - before)
"""


def kept(how: str) -> int:
    """Returns how many bytes a process keeps after hashing."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, how], capture_output=True, text=True, check=True
    )
    return int(run.stdout)


def test_the_memory_of_a_hash_is_given_back() -> None:
    assert kept("returned") < 5_000_000


def test_without_that_it_is_kept() -> None:
    assert kept("kept") > 15_000_000
