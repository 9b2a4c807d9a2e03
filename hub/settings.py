"""Settings, by environment. The table of names is in ``docs/configuration.md``."""

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import dj_database_url

from hub import env
from hub.secret import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
HUB_DATA_DIR = Path(env.text("HUB_DATA_DIR", str(BASE_DIR / "data"))).resolve()

SECRET_KEY = env.text("SECRET_KEY") or kept_secret(HUB_DATA_DIR / "secret-key")
DEBUG = env.flag("DEBUG")

# Where the site answers.
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, least=1, most=65535)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]", HOST]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HUB_PROXIES = env.integer("HUB_PROXIES", 0, most=5)

# A GPU node has neither pages nor an API: it installs without the packages of [web].
WEB_APPS = [name for name in ("ninja", "axes") if find_spec(name)]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    *WEB_APPS,
    "modelcards",
    "evaluation",
    "hub",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hub.middleware.policy.ContentPolicy",
    "hub.middleware.text.PlainText",
    "hub.middleware.head.HeadOfGet",
    "hub.middleware.problems.Problems",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.middleware.throttle.WriteThrottle",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hub.middleware.private.PrivateSite",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "hub.urls" if "ninja" in WEB_APPS else "hub.no_urls"
WSGI_APPLICATION = "hub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": dj_database_url.parse(env.text("DATABASE_URL", f"sqlite:///{HUB_DATA_DIR}/hub.sqlite3"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One web process with threads serves a site, so counters in its memory are exact, and need no Redis.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = HUB_DATA_DIR / "static"
# plotly.js comes from the plotly package, which a GPU node need not have.
_plotly = find_spec("plotly")
STATICFILES_DIRS = [("plotly", Path(_plotly.origin).parent / "package_data")] if _plotly and _plotly.origin else []
# `make run` collects the files, compressed and with a hash in their names; others are served as they lie.
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hub.static_storage.HashedFiles"},
}
MEDIA_ROOT = HUB_DATA_DIR / "files"

# Accounts.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
if "axes" in WEB_APPS:
    AUTHENTICATION_BACKENDS.insert(0, "axes.backends.AxesStandaloneBackend")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
HUB_PRIVATE = env.flag("HUB_PRIVATE")
HUB_WRITES_PER_MINUTE = env.integer("HUB_WRITES_PER_MINUTE", 120, least=1)
# After some wrong passwords for one name from one address, that pair waits. Counted in the database, so that neither
# a restart nor a second process forgets; the pair, so that nobody can lock the administrator out from elsewhere.
AXES_FAILURE_LIMIT = env.integer("HUB_SIGNIN_ATTEMPTS", 5, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=env.integer("HUB_SIGNIN_WAIT_MINUTES", 10, least=1))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "hub.client.client_address"
AXES_LOCKOUT_CALLABLE = "hub.views.errors.locked_out"
AXES_VERBOSE = False

# What a browser is told.
HUB_HTTPS = env.flag("HUB_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HUB_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HUB_HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if HUB_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "hub.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# What may be brought into the catalog, by a page or a command; docs/exchange.md tells what is refused and why.
HUB_IMPORT_CARD_MB = env.integer("HUB_IMPORT_CARD_MB", 5, least=1, most=100)
HUB_IMPORT_FILE_MB = env.integer("HUB_IMPORT_FILE_MB", 200, least=1)
HUB_IMPORT_UNPACKED_MB = env.integer("HUB_IMPORT_UNPACKED_MB", 2000, least=1)
HUB_IMPORT_CARDS = env.integer("HUB_IMPORT_CARDS", 100_000, least=1)
FILE_UPLOAD_HANDLERS = [
    "modelcards.exchange.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Work. Without REDIS_URL it is the Redis that `make run` started, whose address lies in the data directory.
_own_redis = HUB_DATA_DIR / "redis-url"
REDIS_URL = env.text("REDIS_URL") or (
    _own_redis.read_text().strip() if _own_redis.is_file() else "redis://127.0.0.1:6379/0"
)
CELERY_BROKER_URL = REDIS_URL
# Directories of facts (CSV files) that load_catalog reads, in this order.
HUB_CATALOG_DIRS = [BASE_DIR / "modelcards" / "data", BASE_DIR / "reference" / "facts"]
# Directories of lm-eval task YAML that this site ships or an administrator listed.
HUB_TASK_DIRS = [BASE_DIR / "reference" / "tasks", *map(Path, env.words("HUB_TASK_DIRS", separator=os.pathsep))]
# Directories below which a checkpoint's path must lie; relative paths are tried in each.
HUB_CHECKPOINT_DIRS = [BASE_DIR, *map(Path, env.words("HUB_CHECKPOINT_DIRS", separator=os.pathsep))]
RUN_LEASE_SECONDS = env.integer("RUN_LEASE_SECONDS", 90, least=1)

# Evaluation: what may run, and how worker and runner keep time; docs/evaluation.md explains the seconds.
HUB_ALLOW_GENERATED_CODE = env.flag("HUB_ALLOW_GENERATED_CODE")
HUB_ALLOW_PYTHON_TASKS = env.flag("HUB_ALLOW_PYTHON_TASKS")
HUB_ALLOW_DOWNLOADS = env.flag("HUB_ALLOW_DOWNLOADS")
RUNNER_COMMAND = env.text("RUNNER_COMMAND")  # empty: this Python, -m evaluation.runner
RUN_HEARTBEAT_SECONDS = env.integer("RUN_HEARTBEAT_SECONDS", 10, least=1)
RUN_SILENCE_SECONDS = env.integer("RUN_SILENCE_SECONDS", 300, least=1)
RUN_LOAD_SECONDS = env.integer("RUN_LOAD_SECONDS", 1800, least=1)
RUNNER_IDLE_SECONDS = env.integer("RUNNER_IDLE_SECONDS", 600, least=1)
NODE_LIVE_SECONDS = env.integer("NODE_LIVE_SECONDS", 60, least=1)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # What a client did wrong is no news for the log.
        "axes": {"level": "WARNING"},
    },
}
