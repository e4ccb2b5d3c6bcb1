"""`python -m lab.bench.hashing`: microseconds of CPU time that checking a password takes."""

import time
from statistics import median

import django
from django.contrib.auth.hashers import check_password, make_password

from lab.bench.data import PASSWORD

ROUNDS = 9


def main() -> None:
    """Print the median."""
    django.setup()
    encoded, took = make_password(PASSWORD), []
    for _ in range(ROUNDS):
        started = time.process_time()
        assert check_password(PASSWORD, encoded)
        took.append(1e6 * (time.process_time() - started))
    print(median(took))


if __name__ == "__main__":
    main()
