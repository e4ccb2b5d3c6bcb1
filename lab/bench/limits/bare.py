"""The same without any middleware: what Django and the server alone cost."""

from lab.bench.limits.settings import *  # noqa: F403

MIDDLEWARE = []
