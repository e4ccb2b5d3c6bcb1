"""The program's settings and middleware, with a view that does nothing."""

from core.settings import *  # noqa: F403

ROOT_URLCONF = "lab.bench.limits.constant"
