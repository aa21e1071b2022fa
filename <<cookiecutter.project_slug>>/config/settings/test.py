"""Settings for tests."""

from config.settings.env import env

# No other variable of the shell changes the tests.
KEPT = ("DATABASE_URL", "DATABASE_PGBOUNCER", "DATABASE_POOL_MAX", "CACHE_URL")
env.values = {name: env.values[name] for name in KEPT if name in env.values}

from config.settings.base import *
from config.settings.base import INSTALLED_APPS

SECRET_KEY = "only-for-tests-and-signs-nothing-outside-a-test-run"  # noqa: S105 - as it says
ALLOWED_HOSTS = ["testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "django_linear_migrations",  # migrations of two branches conflict in git
    "zeal",  # raises on N+1 queries
]

# In a test, a name that is taken is an error.
ZERO_DOWNTIME_MIGRATIONS_IDEMPOTENT_SQL = False

# Uploads stay in memory, and static files need not be collected.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

env.check()
