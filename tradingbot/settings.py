"""All settings, read from the environment; `.env.example` lists every one of them.

Two variables choose how the product runs: `DATABASE_URL` the database, `REDIS_URL` everything that crosses processes.
With neither, all of it runs in one process on SQLite.
"""

import os
import secrets
import ssl
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from tradingbot import env
from tradingbot.broker_hosts import DATA, TRADING, is_live, keys_refused
from tradingbot.private import private_begin, private_directory
from tradingbot.version import VERSION

private_begin()
BASE_DIR = Path(__file__).resolve().parent.parent
env.env_file_read(BASE_DIR / ".env")

# --- the broker -------------------------------------------------------------------------------------------------------

PAPER_URL = "https://paper-api.alpaca.markets"
LIVE_URL = "https://api.alpaca.markets"

ALPACA_API_KEY = env.secret("ALPACA_API_KEY")
ALPACA_SECRET_KEY = env.secret("ALPACA_SECRET_KEY")
ALPACA_BASE_URL = env.address("ALPACA_BASE_URL", PAPER_URL, ("https", "http")).rstrip("/")
ALPACA_DATA_URL = env.address("ALPACA_DATA_URL", "https://data.alpaca.markets", ("https", "http")).rstrip("/")
ALPACA_DATA_FEED = env.choice("ALPACA_DATA_FEED", "iex", ("iex", "sip"))

if bool(ALPACA_API_KEY) != bool(ALPACA_SECRET_KEY):
    raise ImproperlyConfigured(
        "ALPACA_API_KEY and ALPACA_SECRET_KEY go together: set both, or neither for the simulator."
    )

SIMULATOR_HOST = env.text("SIMULATOR_HOST", "127.0.0.1")
SIMULATOR_PORT = env.port("SIMULATOR_PORT", 8010)
SIMULATOR_URL = env.address("SIMULATOR_URL", f"http://{SIMULATOR_HOST}:{SIMULATOR_PORT}", ("http", "https")).rstrip("/")
# The bundled exchange knows exactly one account; its keys are no secret.
SIMULATOR_KEY = "PKSIMULATOR"
SIMULATOR_SECRET = "simulator-secret"

MARKET_MODE = "paper" if ALPACA_API_KEY else "simulator"
# The adapter to the broker, of engine.brokers.port.Adapter; the bundled exchange speaks Alpaca's language.
BROKER = "engine.brokers.alpaca.adapter.AlpacaAdapter"
if ALPACA_API_KEY:
    if is_live(ALPACA_BASE_URL):
        raise ImproperlyConfigured(
            f"ALPACA_BASE_URL is the live account ({LIVE_URL}); only paper trading ({PAPER_URL}) is accepted."
        )
    # Both get the keys.
    for name, url, hosts in (("ALPACA_BASE_URL", ALPACA_BASE_URL, TRADING), ("ALPACA_DATA_URL", ALPACA_DATA_URL, DATA)):
        if refused := keys_refused(url, hosts):
            raise ImproperlyConfigured(f"{name} {refused}.")

# --- where data lives -------------------------------------------------------------------------------------------------

VAR_DIR = BASE_DIR / "var"
DATA_DIR = Path(env.text("DATA_DIR", str(VAR_DIR / MARKET_MODE)))
if VAR_DIR.is_dir():
    private_directory(VAR_DIR)
private_directory(DATA_DIR)


def _secret_key() -> str:
    """The key of this installation, made once and readable by its owner only."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.secret("SECRET_KEY") or _secret_key()

# For the first start alone, and for this process alone: whatever it starts does not get to know it.
ADMIN_PASSWORD = env.taken("ADMIN_PASSWORD")

# --- Django -----------------------------------------------------------------------------------------------------------

ENVIRONMENT = env.choice("ENVIRONMENT", "development", ("development", "production"))
DEBUG = env.flag("DEBUG", False)
if DEBUG and ENVIRONMENT == "production":
    raise ImproperlyConfigured("DEBUG must be false where ENVIRONMENT is production: it shows settings to strangers.")
# Modules with indicators of one's own; docs/indicators.md says how to write one.
INDICATORS = [name.strip() for name in env.text("INDICATORS").split(",") if name.strip()]

HOST = env.text("HOST", "127.0.0.1")
PORT = env.port("PORT", 8000)
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# Probes of this machine always get in; no page of another host can take these names.
ALLOWED_HOSTS = list(dict.fromkeys([*env.words("ALLOWED_HOSTS"), *LOOPBACK_HOSTS]))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("http://", "https://")):
        raise ImproperlyConfigured(
            f"CSRF_TRUSTED_ORIGINS must be origins such as https://bots.example, was {origin!r}."
        )
# A proxy of ours speaks HTTPS to the browser: cookies travel over nothing else.
HTTPS = env.flag("HTTPS", False)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True
    # Asked by this machine itself, without the proxy.
    SECURE_REDIRECT_EXEMPT = [r"^health(/|$)", r"^metrics$"]
# Other hosts of the domain are not ours to speak for.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# As an app daphne serves `runserver` only; loaded into every worker and command it would take 24 MB of each.
INSTALLED_APPS = [
    *(["daphne"] if sys.argv[1:2] == ["runserver"] else []),
    # Reads the apps' admin modules in urls.py, not in every worker and command.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "tradingbot",
    "marketdata",
    "bots",
    "engine",
    "research",
    "positions",
    "trades",
    "events",
    "notifications",
    "simulator",
]

MIDDLEWARE = [
    "tradingbot.http.served.ServedMiddleware",
    "tradingbot.http.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Before WhiteNoise, which answers for the page's files.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.page_policy.PagePolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After WhiteNoise, whose files lie there compressed.
    "web.compressed.CompressedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tradingbot.logins.middleware.LoginMiddleware",
    "web.refused.RefusedMiddleware",
]

ROOT_URLCONF = "tradingbot.urls"
ASGI_APPLICATION = "tradingbot.asgi.application"
APPEND_SLASH = True

FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

AUTHENTICATION_BACKENDS = ["tradingbot.logins.backend.LimitedBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "tradingbot.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tradingbot.http.problems.csrf_failure"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# The admin's files are served from where they are installed: nothing has to be collected before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# The page's files carry a hash in their name: a browser may keep them for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/assets/.+-[A-Za-z0-9_-]{8}\.\w+$"
if FRONTEND_DIST.is_dir():
    WHITENOISE_ROOT = FRONTEND_DIST

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- database ---------------------------------------------------------------------------------------------------------

# Where it is not in the address.
DATABASE_PASSWORD = env.secret("DATABASE_PASSWORD")
DATABASE_URL = env.address("DATABASE_URL", "", ("postgres", "postgresql"))
if DATABASE_URL:
    DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
    DATABASES["default"]["PASSWORD"] = DATABASE_PASSWORD or DATABASES["default"]["PASSWORD"]
    # Connections belong to a pool and are given back after each request, task and pass; every `max_idle` seconds one
    # that nobody used is closed: at rest a process holds one or none. Each is tried before it is used: after a restart
    # of the database nobody meets a dead one.
    pool = {
        "min_size": 0,
        "max_size": env.whole("DATABASE_POOL", 10, 2, 500),
        "max_idle": 3,
        "timeout": 5,
        "reconnect_timeout": 4,
    }
    # Seconds, but for the milliseconds after which what was sent and not acknowledged means that nobody is there.
    dead_host = {"connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 3, "tcp_user_timeout": 10_000}
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        # What the address asks for as well, such as sslmode=require.
        "OPTIONS": DATABASES["default"].get("OPTIONS", {}) | {"pool": pool, **dead_host},
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
            "TEST": {"NAME": os.environ.get("SQLITE_TEST_FILE", ":memory:")},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an order's row must survive a power cut, not only a crash, before the order is sent.
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
                "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-8000;",
            },
        }
    }

# --- Redis, Celery, Channels ------------------------------------------------------------------------------------------

REDIS_PASSWORD = env.secret("REDIS_PASSWORD")
REDIS_URL = env.with_password(env.address("REDIS_URL", "", ("redis", "rediss", "unix")), REDIS_PASSWORD)
# A command is sent once: the answer may be late, and the command carried out all the same. Seconds.
REDIS_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 2, "health_check_interval": 15}
# Messages to workers go over Redis, or over a RabbitMQ; prices, the doorbell and limits over Redis in any case.
RABBITMQ_PASSWORD = env.secret("RABBITMQ_PASSWORD")
RABBITMQ_URL = env.with_password(env.address("RABBITMQ_URL", "", ("amqp", "amqps")), RABBITMQ_PASSWORD)
if RABBITMQ_URL and not REDIS_URL:
    raise ImproperlyConfigured("RABBITMQ_URL carries messages between processes, which need REDIS_URL, too.")
if REDIS_URL:
    CELERY_BROKER_URL = RABBITMQ_URL or REDIS_URL
    # Whoever sends while the broker of messages is away hears so at once; the sweeper finds the rows.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
    if RABBITMQ_URL:
        CELERY_BROKER_TRANSPORT_OPTIONS |= {"read_timeout": 2, "write_timeout": 2}
        CELERY_BROKER_CONNECTION_TIMEOUT = 2
        # A message is a hint about rows: none has to outlive the server.
        CELERY_TASK_DEFAULT_DELIVERY_MODE = "transient"
    else:
        # A worker waits a second for a message (brpop_timeout), which has to be less than socket_timeout. No `retry`:
        # kombu then repeats no command.
        CELERY_BROKER_TRANSPORT_OPTIONS |= REDIS_OPTIONS | {"retry_on_timeout": False}
    # kombu's default for rediss:// is any certificate, and for amqps:// one of any host.
    if CELERY_BROKER_URL.startswith("rediss:"):
        CELERY_BROKER_USE_SSL: dict[str, Any] = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    elif CELERY_BROKER_URL.startswith("amqps:"):
        CELERY_BROKER_USE_SSL = {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None}
    CELERY_TASK_PUBLISH_RETRY = False
    # Workers wait for it as long as it takes.
    CELERY_BROKER_CONNECTION_MAX_RETRIES = None
    layer_host = {"address": REDIS_URL, "retry": AsyncRetry(NoBackoff(), 0)} | REDIS_OPTIONS
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [layer_host]}}
    }
    CACHES = {
        "default": {
            "BACKEND": "tradingbot.http.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            # A page asks for several keys one after the other.
            "OPTIONS": REDIS_OPTIONS | {"socket_timeout": 1, "retry": Retry(NoBackoff(), 0)},
        }
    }
else:
    CELERY_BROKER_URL = "memory://localhost/"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.02}
    # The layer ends a membership after a day; the page's prices come by one that is begun once.
    in_memory = {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"group_expiry": 10**9}}
    CHANNEL_LAYERS = {"default": in_memory}
    # Django's own bound of 300 would let whoever asks under many names push out what others are counted by.
    in_process: dict[str, Any] = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
    CACHES = {"default": in_process}

CELERY_BEAT_SCHEDULER = "engine.scheduler.BotScheduler"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "ticks"

# --- HTTP -------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # A session for the page, a token for programs.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "web.tokens.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["web.permissions.RolePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["web.parsers.BoundedJSONParser"],
    # There is one format: a parameter of that name is as unknown as any other.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_METADATA_CLASS": "web.methods.Methods",
    "DEFAULT_SCHEMA_CLASS": "tradingbot.http.openapi.ApiSchema",
    "EXCEPTION_HANDLER": "tradingbot.http.problems.problem_response",
    # How many proxies of ours stand in front: what a client says of its own address is not believed beyond them.
    "NUM_PROXIES": env.whole("NUM_PROXIES", 0, 0, 10),
    "DEFAULT_THROTTLE_CLASSES": ["web.throttling.PersonRate", "web.throttling.NobodyRate"],
    "DEFAULT_THROTTLE_RATES": {
        "login": env.rate("LOGIN_RATE", "10/min"),
        "person": env.rate("API_RATE", "1200/min"),
        "nobody": env.rate("ANON_RATE", "60/min"),
    },
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "tradingbot",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    # Making it takes a while; what there is to ask for is nobody's business who may not ask.
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    # Swagger's files come from this address: nothing is loaded from another host.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["tradingbot.http.components.components_add"],
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    # A new password ends every token that was given for the old one.
    "CHECK_REVOKE_TOKEN": True,
}

# --- what is kept -----------------------------------------------------------------------------------------------------

# Of decisions that led to no order; each of the others is kept as long as its trade.
DECISION_DAYS = env.whole("DECISION_DAYS", 30, 0, 3650)

# --- logging ----------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
# One JSON object a line where machines read it, plain lines where people do.
LOG_FORMAT = env.choice("LOG_FORMAT", "json" if ENVIRONMENT == "production" else "line", ("json", "line"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "tradingbot.logs.LineFormatter"},
        "json": {"()": "tradingbot.logs.JsonLines"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        "alerts": {"()": "tradingbot.logs.AlertHandler", "level": "ERROR"},
    },
    "root": {"handlers": ["console", "alerts"], "level": LOG_LEVEL},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "django_celery_beat": {"level": "WARNING"},
        # The SDK reports every failed reconnect with a traceback; what matters of it is shown on the page.
        "alpaca": {"level": "CRITICAL"},
        # Too few bars are no news: the indicator is warming up, and the decision says so.
        "pandas_ta_classic": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}

# --- watching it ------------------------------------------------------------------------------------------------------

# Where worker, beat and stream serve their metrics; 0: nowhere. The web processes serve theirs at /metrics, to an admin
# and to whoever sends "Authorization: Bearer" with this token; while it is empty, to an admin alone.
METRICS_TOKEN = env.secret("METRICS_TOKEN")
METRICS_PORT = env.whole("METRICS_PORT", 0, 0, 65535)
WORKER_THREADS = env.whole("WORKER_THREADS", 4, 1, 64)
