"""Settings of the tools: as in production, without HTTPS, e-mails and rate limits."""

from config.settings.base import *  # noqa: F403 - a settings module is its names
from config.settings.base import THROTTLE_RATES
from config.settings.env import env
from config.settings.logging import logging_config

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
LOGGING = logging_config(json=True)
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
THROTTLE_RATES = dict.fromkeys(THROTTLE_RATES, "1000000/s")
