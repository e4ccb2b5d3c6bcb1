"""The same Django as the program's, middleware and all, whose views do nothing."""

from core.settings import *  # noqa: F403

ROOT_URLCONF = "lab.bench.limits.constant"
