"""The door for gunicorn: `gunicorn core.wsgi:application --preload`."""

import io
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application

from core.missing_worker import MissingWorker
from core.static import collect_once

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_length(inner: WSGI) -> WSGI:
    """Give a chunked body a length: Django takes one without for empty.

    Reads one byte more than is allowed, so that the parser sees that there was too much.
    """

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return inner(environ, start_response)

    return application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()
collect_once()
import_module(settings.ROOT_URLCONF)  # all code, before the processes part and share it
application = with_length(get_wsgi_application())

request_started.connect(MissingWorker(), weak=False)
