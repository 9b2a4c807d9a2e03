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
    "hub.metrics.requests.RequestTimes",
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
    # A host that is cut off refuses nothing: a question is given up after a minute, not after a quarter of an hour.
    _patience = {"connect_timeout": 5, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 4}
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        _patience["tcp_user_timeout"] = 60_000
    DATABASES["default"]["OPTIONS"] = {**_patience, **DATABASES["default"].get("OPTIONS", {})}
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

# Who may read /metrics: administrators by token or session, everybody, or nobody.
HUB_METRICS = env.choice("HUB_METRICS", "staff", ("staff", "open", "off"))

# Telling people that an evaluation is over. Messages carry links, so they need the address under which people know us.
_named = [name for name in env.words("ALLOWED_HOSTS") if not name.startswith((".", "*"))]
_here = f"{HOST.replace('0.0.0.0', '127.0.0.1')}:{PORT}"
HUB_SITE_URL = env.address("HUB_SITE_URL") or f"http{'s' if HUB_HTTPS else ''}://{_named[0] if _named else _here}"
# Hosts, with or without a port, to which webhooks may go although they are private or have no TLS.
HUB_HOOK_HOSTS = env.words("HUB_HOOK_HOSTS")
HUB_NOTICE_DAYS = env.integer("HUB_NOTICE_DAYS", 30, least=1)
# Other sites that may show the tree in a frame; none: nobody.
TREE_EMBED_ORIGINS = env.origins("TREE_EMBED_ORIGINS")
EMAIL_HOST = env.text("EMAIL_HOST")  # blank: no e-mail is sent
EMAIL_PORT = env.integer("EMAIL_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
_security = env.choice("EMAIL_SECURITY", "starttls", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = _security == "starttls", _security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", f"arboretum@{HUB_SITE_URL.split('/')[2].split(':')[0]}"
)

# What may be brought into the catalog, by a page or a command; docs/exchange.md tells what is refused and why.
HUB_IMPORT_CARD_MB = env.integer("HUB_IMPORT_CARD_MB", 5, least=1, most=100)
HUB_IMPORT_FILE_MB = env.integer("HUB_IMPORT_FILE_MB", 200, least=1)
HUB_IMPORT_UNPACKED_MB = env.integer("HUB_IMPORT_UNPACKED_MB", 2000, least=1)
HUB_IMPORT_CARDS = env.integer("HUB_IMPORT_CARDS", 100_000, least=1)
# A file of results and a file of samples; docs/results.md tells what is refused and why.
HUB_RESULTS_FILE_MB = env.integer("HUB_RESULTS_FILE_MB", 64, least=1, most=512)
HUB_RESULTS_SAMPLES_MB = env.integer("HUB_RESULTS_SAMPLES_MB", 1000, least=1)
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
# Directories of lm-eval task YAML that this site ships or an administrator listed; only those of the second list may
# bring Python. They come first, so that a task is known by the narrower directory that it lies in.
HUB_PYTHON_TASK_DIRS = [*map(Path, env.words("HUB_PYTHON_TASK_DIRS", separator=os.pathsep))]
HUB_TASK_DIRS = [
    BASE_DIR / "reference" / "tasks",
    *HUB_PYTHON_TASK_DIRS,
    *map(Path, env.words("HUB_TASK_DIRS", separator=os.pathsep)),
]
# Directories below which a checkpoint's path must lie; relative paths are tried in each.
HUB_CHECKPOINT_DIRS = [BASE_DIR, *map(Path, env.words("HUB_CHECKPOINT_DIRS", separator=os.pathsep))]
RUN_LEASE_SECONDS = env.integer("RUN_LEASE_SECONDS", 90, least=1)

# Evaluation: what may run, and how worker and runner keep time; docs/evaluation.md explains the seconds.
HUB_ALLOW_GENERATED_CODE = env.flag("HUB_ALLOW_GENERATED_CODE")
HUB_ALLOW_DOWNLOADS = env.flag("HUB_ALLOW_DOWNLOADS")
RUNNER_COMMAND = env.text("RUNNER_COMMAND")  # empty: this Python, -m evaluation.runner
RUN_HEARTBEAT_SECONDS = env.integer("RUN_HEARTBEAT_SECONDS", 10, least=1)
RUN_SILENCE_SECONDS = env.integer("RUN_SILENCE_SECONDS", 300, least=1)
RUN_LOAD_SECONDS = env.integer("RUN_LOAD_SECONDS", 1800, least=1)
RUNNER_IDLE_SECONDS = env.integer("RUNNER_IDLE_SECONDS", 600, least=1)
NODE_LIVE_SECONDS = env.integer("NODE_LIVE_SECONDS", 60, least=1)
# What a node keeps for itself and can lose: answers of models, so that a run goes on where it was.
HUB_CACHE_DIR = Path(env.text("HUB_CACHE_DIR", str(HUB_DATA_DIR / "cache"))).resolve()
HUB_ANSWERS_MB = env.integer("HUB_ANSWERS_MB", 2000)
# Weights that a node fetched of the hub, in GiB; 0: no bound. What others brought into the cache does not count.
HUB_WEIGHTS_GB = env.integer("HUB_WEIGHTS_GB", 500)
# How long, and how much at the most, samples and logs of runs are kept; 0: no bound. Scores never go.
HUB_SAMPLES_DAYS = env.integer("HUB_SAMPLES_DAYS", 0)
HUB_SAMPLES_MB = env.integer("HUB_SAMPLES_MB", 0)
HUB_LOGS_DAYS = env.integer("HUB_LOGS_DAYS", 365)
HUB_LOGS_MB = env.integer("HUB_LOGS_MB", 2000)
# Where a node sends samples and logs when it does not share the site's data directory; blank: it does.
HUB_URL = env.address("HUB_URL")
HUB_NODE_TOKEN = env.text("HUB_NODE_TOKEN")

# Scheduling: what memory a run is thought to need, how long it waits for a better device, what counts as lately.
HUB_MEMORY_CONTEXT = env.integer("HUB_MEMORY_CONTEXT", 256, least=1)
HUB_MEMORY_SPARE_PERCENT = env.integer("HUB_MEMORY_SPARE_PERCENT", 10, most=300)
HUB_MEMORY_WORKING_MB = env.integer("HUB_MEMORY_WORKING_MB", 256)
HUB_PLACEMENT_SECONDS = env.integer("HUB_PLACEMENT_SECONDS", 10)
HUB_FAIR_MINUTES = env.integer("HUB_FAIR_MINUTES", 60, least=10)

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
