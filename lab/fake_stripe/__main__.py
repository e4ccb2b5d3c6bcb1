"""`python -m lab.fake_stripe`: serves until it is killed."""

import argparse
from pathlib import Path

from lab.fake_stripe.server import FakeStripe


def main() -> None:
    """Serve; with `--port 0` at any free port, which the first line of the output names."""
    parser = argparse.ArgumentParser(prog="python -m lab.fake_stripe")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--journal", type=Path, default=Path("var/fake-stripe.jsonl"))
    options = parser.parse_args()
    options.journal.parent.mkdir(parents=True, exist_ok=True)
    fake = FakeStripe(options.journal, options.port)
    print(fake.url, flush=True)
    fake.serve()


if __name__ == "__main__":
    main()
