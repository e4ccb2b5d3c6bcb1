"""The door for gunicorn: `gunicorn core.wsgi:application --preload`."""

import os

from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application

from core.missing_worker import MissingWorker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

application = get_wsgi_application()

request_started.connect(MissingWorker(), weak=False)
