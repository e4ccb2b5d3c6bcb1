"""The same once more, without any middleware: what Django and the server take for themselves."""

from lab.bench.limits.settings import *  # noqa: F403

MIDDLEWARE = []
