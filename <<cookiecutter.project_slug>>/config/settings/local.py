"""Development: readable, forgiving, and loud about queries."""

from config.settings.env import BASE_DIR, env, load_env_file

load_env_file(BASE_DIR / ".env")

from config.settings.base import *  # after .env, which base reads through the environment
from config.settings.base import INSTALLED_APPS, MIDDLEWARE

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY")
if not SECRET_KEY:
    env.problems.setdefault("SECRET_KEY", "is missing: run `just setup`, or copy .env.example to .env and fill it in")
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1", "::1"]

DEBUG_TOOLBAR_CONFIG = {"SHOW_COLLAPSED": True}  # a tab at the side until it is asked for
INSTALLED_APPS = [*INSTALLED_APPS, "whitenoise.runserver_nostatic", "debug_toolbar", "django_linear_migrations"]
MIDDLEWARE = [
    *MIDDLEWARE,
    "debug_toolbar.middleware.DebugToolbarMiddleware",  # inside: it too may meet a body that the API refuses as too large
]

env.check()
