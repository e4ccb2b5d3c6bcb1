"""How gunicorn serves MovieBooking; `GUNICORN_CMD_ARGS` and the command line override it.

Nothing here reads the environment: core/settings.py does, and says all that is wrong in one go.
"""

from core.settings import PORT, WEB_CONCURRENCY, WEB_THREADS

bind = f"0.0.0.0:{PORT}" if PORT else "127.0.0.1:8000"

# A request is mostly Python: one process per core, and one more that runs while others wait for
# the database. Each thread keeps one connection: workers × threads must fit max_connections.
workers = WEB_CONCURRENCY
worker_class = "core.server.worker.ProblemWorker"  # gthread; the sync worker closes each connection
threads = WEB_THREADS

timeout = 30
graceful_timeout = 30
keepalive = 75  # longer than the usual proxy's idle time, so that the proxy closes first

limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# TRUSTED_PROXIES (core/http/proxies.py) judges what proxies say; nobody may set SCRIPT_NAME.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

accesslog = None  # the application logs each request, with its request id
control_socket_disable = True  # it would lie at one path for all servers of a user
