"""How gunicorn serves MovieBooking; `GUNICORN_CMD_ARGS` and the command line override it.

Where it listens is gunicorn's own default: 0.0.0.0:$PORT when PORT is set, else 127.0.0.1:8000.
"""

import os

# A request is mostly Python: one process per core, and one more that runs while others wait for
# the database. Each thread keeps one connection: workers × threads must fit max_connections.
workers = int(os.environ.get("WEB_CONCURRENCY", (os.cpu_count() or 1) + 1))
worker_class = "core.server.ProblemWorker"  # gthread; the sync worker closes each connection
threads = int(os.environ.get("WEB_THREADS", "4"))

timeout = 30
graceful_timeout = 30
keepalive = 75  # longer than the usual proxy's idle time, so that the proxy closes first

limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# What proxies say is judged by TRUSTED_PROXIES (core/proxies.py); SCRIPT_NAME is nobody's to say.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

accesslog = None  # the application logs each request, with its request id
control_socket_disable = True  # it would lie at one path for all servers of a user
