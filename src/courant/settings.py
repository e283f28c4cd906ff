"""Django's settings: one file, fed by `config`."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from courant.config import VOICES, home_path, load_config

CONFIG = load_config()
HOME = home_path()
SOURCE = Path(__file__).resolve().parent

# ── Secrets ───────────────────────────────────────────────────────────────────────────────────────
DEBUG = False
_key_file = HOME / "secrets" / "secret_key"
# Without a home (checks, migrations) a key of the moment: it signs nothing that anybody keeps.
SECRET_KEY = (
    CONFIG.secret_key.get_secret_value()
    or (_key_file.read_text().strip() if _key_file.exists() else "")
    or secrets.token_urlsafe(50)
)

# ── Apps: the folders of the house ────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "courant.desk",
    "courant.ops",
    "courant.importers",
    "courant.bake",
    "courant.newsletter",
    "courant.figures",
    "courant.front",
    "courant.narration",
    "courant.stories",
    "courant.lib.wagtail_apps.Redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "courant.lib.wagtail_apps.Snippets",
    "courant.lib.wagtail_apps.Documents",  # the desk will not run without it
    "courant.lib.wagtail_apps.Images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Last, so that it hears of a moved page when Wagtail has written down where it was before.
    "courant.pipeline",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "courant.desk.middleware.RefusedPublication",
]

ROOT_URLCONF = "courant.urls"
WSGI_APPLICATION = "courant.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HOME / "look" / "templates"],
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


# ── Database ──────────────────────────────────────────────────────────────────────────────────────
def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "courant.sqlite3",
            # IMMEDIATE and 20 s: 0 of 1,000 concurrent writes failed, Django's default lost 923.
            # FULL: NORMAL forgot up to 122 committed rows at a power cut.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"database_url: {parts.scheme!r} is not known; use postgresql://…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }


DATABASES = {"default": _database(CONFIG.database_url.get_secret_value())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Language and time ─────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = CONFIG.language
LANGUAGES = [("en", "English"), ("uk", "Українська")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [SOURCE / "front" / "locale"]
TIME_ZONE = CONFIG.time_zone
USE_TZ = True

# ── Files: everything private; only bake writes to the public root ────────────────────────────────
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/desk/media/"  # for people who are logged in
STATIC_ROOT = HOME / "static"
STATIC_URL = "/desk/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Wagtail puts its version behind each name, so plain names are safe to cache.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640

# ── Courant ───────────────────────────────────────────────────────────────────────────────────────
COURANT_PUBLIC = HOME / "public"  # generations; `current` names the one that readers see
COURANT_WAKE = HOME / "public" / ".wake"  # a socket: the worker looks at once
COURANT_OUTBOX = HOME / "outbox"
COURANT_LISTS = HOME / "lists"  # of readers, between upload and import
COURANT_SECRETS = HOME / "secrets"
COURANT_AUDIO = HOME / "narration"  # spoken stories and cached sentences, not public
COURANT_RENDITIONS = HOME / "renditions"  # scaled pictures, not public
COURANT_LOOK = HOME / "look"  # templates and static files that replace ours
COURANT_URL = CONFIG.site_url
COURANT_PREVIEW = "courant.desk.previews.preview"
COURANT_DRAFT_PREVIEW = "courant.desk.letters.preview"
COURANT_KINDS = [  # of public files, by the rooms that own them
    "courant.front.targets.KINDS",
    "courant.newsletter.pages.KINDS",
]
COURANT_BAKE_PROCESSES = CONFIG.bake_processes
COURANT_EMBED_HOSTS = CONFIG.embed_hosts
COURANT_TYPOGRAPHY = CONFIG.typography
COURANT_VOICES = {name: voice.facts() for name, voice in (VOICES | CONFIG.voices).items()}
COURANT_VOICE_MODELS = HOME / "voices"  # installed models
COURANT_AUDIO_FORMATS = CONFIG.narration_formats
COURANT_DISCLOSURE = CONFIG.narration_disclosure
COURANT_DISCLOSURE_WORDS = CONFIG.narration_disclosure_words
COURANT_SIGNING = HOME / "secrets" / "narration.pem"  # the newsroom's certificates and key
COURANT_TIMESTAMPS = CONFIG.narration_timestamps
COURANT_BUCKET = {
    "name": CONFIG.bucket,
    "endpoint": CONFIG.bucket_endpoint,
    "region": CONFIG.bucket_region,
    "prefix": CONFIG.bucket_prefix,
    "key": CONFIG.bucket_key,
    "secret": CONFIG.bucket_secret.get_secret_value(),
}
COURANT_CDN = {
    "kind": CONFIG.cdn,
    "zone": CONFIG.cdn_zone,
    "token": CONFIG.cdn_token.get_secret_value(),
    "urls": CONFIG.cdn_urls,
}
COURANT_INDEXNOW = {"key": CONFIG.indexnow_key, "url": "https://api.indexnow.org/indexnow"}
COURANT_PODCAST = {"owner": CONFIG.podcast_owner}
COURANT_WEBSUB_HUB = CONFIG.websub_hub
COURANT_TRANSPORT = {
    "file": "courant.newsletter.transports.file.FileTransport",
    "smtp": "courant.newsletter.transports.smtp.SmtpTransport",
    "anymail": "courant.newsletter.transports.anymail.AnymailTransport",
}[CONFIG.mail]

COURANT_SENDING = HOME / "sending"  # what workers note while they send
COURANT_RETURNS_LISTEN = CONFIG.returns_listen
COURANT_BOUNCE_MAILBOX = {
    "host": CONFIG.bounce_imap_host,
    "port": CONFIG.bounce_imap_port,
    "user": CONFIG.bounce_imap_user,
    "password": CONFIG.bounce_imap_password.get_secret_value(),
}
COURANT_ANYMAIL_ESP = CONFIG.anymail_esp
ANYMAIL = {name: value.get_secret_value() for name, value in CONFIG.anymail.items()}
if CONFIG.mail == "anymail":
    INSTALLED_APPS.append("anymail")
COURANT_BOUNCE_ADDRESS = CONFIG.bounce_address
COURANT_MAIL_LIMITS = CONFIG.mail_limits
COURANT_VISITOR_DAYS = CONFIG.visitor_days
COURANT_MAIL_WARM_UP = CONFIG.mail_warm_up
COURANT_APPROVAL_ABOVE = CONFIG.approval_above
COURANT_SMTP_CONNECTIONS = CONFIG.smtp_connections
COURANT_SMTP_MESSAGES = CONFIG.smtp_messages
COURANT_DKIM_SELECTOR = CONFIG.dkim_selector

# ── Wagtail ───────────────────────────────────────────────────────────────────────────────────────
WAGTAIL_SITE_NAME = "Courant"
WAGTAILADMIN_BASE_URL = CONFIG.site_url
WAGTAILIMAGES_IMAGE_MODEL = "stories.Photo"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]  # no SVG: it can script
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 30 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000  # `front.pixels.LARGEST`
WAGTAILIMAGES_IMAGE_FORM_BASE = "courant.stories.photo_form.PhotoForm"
WAGTAILIMAGES_FEATURE_DETECTION_ENABLED = False
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # embeds are link cards: nothing is fetched
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no third party sees our editors' addresses
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USAGE_COUNT_ENABLED = True
WAGTAIL_MODERATION_ENABLED = True
# Ours is read with SQLite alone: what it ranks by is a model that no other database has.
_OF_SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
WAGTAILSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "courant.desk.search" if _OF_SQLITE else "wagtail.search.backends.database"
    }
}
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # addresses that every mail client and disk keeps
TAGGIT_CASE_INSENSITIVE = True

# ── Security ──────────────────────────────────────────────────────────────────────────────────────
_https = CONFIG.site_url.startswith("https://")
_host = urlsplit(CONFIG.site_url).hostname or "localhost"
ALLOWED_HOSTS = [_host, "127.0.0.1", "localhost", "[::1]", *CONFIG.allowed_hosts]
CSRF_TRUSTED_ORIGINS = [CONFIG.site_url]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.behind_proxy else None
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows its preview in a frame
LOGIN_URL = "wagtailadmin_login"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long story with many blocks

# ── Mail of the desk itself (password resets, workflow notices) ───────────────────────────────────
EMAIL_BACKEND = {
    "file": "courant.newsletter.transports.file.DjangoFileBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "anymail": f"anymail.backends.{CONFIG.anymail_esp}.EmailBackend",
}[CONFIG.mail]
EMAIL_HOST, EMAIL_PORT = CONFIG.smtp_host, CONFIG.smtp_port
EMAIL_HOST_USER = CONFIG.smtp_user
EMAIL_HOST_PASSWORD = CONFIG.smtp_password.get_secret_value()
EMAIL_USE_TLS = CONFIG.smtp_security == "starttls"
EMAIL_USE_SSL = CONFIG.smtp_security == "tls"
EMAIL_TIMEOUT = CONFIG.smtp_timeout
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIG.mail_from or f"Courant <courant@{_host}>"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # The log is not for strangers to fill with addresses and hosts that are not there.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
