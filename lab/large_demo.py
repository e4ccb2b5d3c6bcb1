"""`python -m lab.large_demo`: fills an empty database with a demo that is large enough to measure.

With 40 theaters and 100,000 users it has a million seats and a hundred thousand bookings.
"""

import argparse
import os
import secrets
import sys

import django


def main() -> str | None:
    """Fill the configured database; return why not, if it has data already."""
    parser = argparse.ArgumentParser(prog="python -m lab.large_demo", description=__doc__)
    for name, default in (("theaters", 40), ("users", 100_000), ("days", 14), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"({default})")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    from demo.load import NotEmpty, fill, size_from_today
    from demo.progress import Progress

    password = secrets.token_urlsafe(12)
    try:
        fill(size_from_today(**vars(options)), password=password, progress=Progress(sys.stderr))
    except NotEmpty as refusal:
        return str(refusal)
    print(f"Password of all accounts: {password}")
    return None


if __name__ == "__main__":
    sys.exit(main())
