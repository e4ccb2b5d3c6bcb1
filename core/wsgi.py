"""The door for gunicorn: `gunicorn core.wsgi:application --preload`."""

import os
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from core.http.bodies import WSGI, with_whole_body
from core.jobs.missing_worker import MissingWorker
from core.openapi.document import document
from core.postgres.connection import wait_at_most
from core.server.memory import return_large_blocks
from core.server.starting import refuse_closed_database, refuse_missing_files

UNKNOWN_TYPE = "application/octet-stream"


def with_known_charset(inner: WSGI) -> WSGI:
    """Treat a Content-Type in another charset than UTF-8, or a broken one, as an unknown type.

    Django would read the address in that charset too: `idna` and `hex` raise, UTF-16 reads another
    query than everybody else does; and RFC 2231's `charset*=` raises before any view.
    """

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))[1]
        except (LookupError, ValueError):
            environ["CONTENT_TYPE"] = UNKNOWN_TYPE
        else:
            if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
                environ["CONTENT_TYPE"] = UNKNOWN_TYPE
        return inner(environ, start_response)

    return application


return_large_blocks()
document()  # first, so that all that follows reuses the memory that parsing takes
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()
for module in (settings.ROOT_URLCONF, "users.hashers", "rest_framework_simplejwt.state"):
    import_module(module)  # all code, before the processes part and share it
wait_at_most(settings.DATABASE_ANSWERS_WITHIN)
refuse_closed_database()
refuse_missing_files()
application = with_whole_body(with_known_charset(get_wsgi_application()))

request_started.connect(MissingWorker(), weak=False)
