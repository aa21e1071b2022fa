"""Settings for development."""

from config.settings.env import BASE_DIR, env, load_env_file

load_env_file(BASE_DIR / ".env")

from config.settings.base import *  # after .env has been read
from config.settings.base import INSTALLED_APPS, MIDDLEWARE

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY")
if not SECRET_KEY:
    env.problems.setdefault("SECRET_KEY", "is missing: run `just setup`, or copy .env.example to .env and fill it in")
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1", "::1"]

DEBUG_TOOLBAR_CONFIG = {"SHOW_COLLAPSED": True}  # collapsed to a tab
INSTALLED_APPS = [*INSTALLED_APPS, "whitenoise.runserver_nostatic", "debug_toolbar", "django_linear_migrations"]
MIDDLEWARE = [
    *MIDDLEWARE,
    "debug_toolbar.middleware.DebugToolbarMiddleware",  # last, so that errors of request bodies reach the API's handlers
]

env.check()
