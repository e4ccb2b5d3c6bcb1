"""The program's Django with nothing in it but one view that returns a constant."""

from core.settings import *  # noqa: F403

ROOT_URLCONF = "bench.limits.constant"
MIDDLEWARE = []
