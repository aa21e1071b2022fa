"""The project's test settings, with the rivals' addresses, no throttles and connections that last."""

import logging
import warnings

import structlog
from config.settings.test import *  # noqa: F403 - a settings module is its names
from config.settings.test import DATABASES, INSTALLED_APPS

ROOT_URLCONF = "rivals.urls"
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "zeal"]  # which watches every query, in tests alone
ALLOWED_HOSTS = ["*"]
DEBUG = False
LOGGING_CONFIG = None
DATABASES["default"]["CONN_MAX_AGE"] = None
THROTTLE_RATES = {"anon": "1000000/s", "user": "1000000/s"}

SILENCED_SYSTEM_CHECKS = ["api.I001"]  # the rivals' lists are not compiled

logging.disable()  # tens of thousands of requests
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
warnings.simplefilter("ignore")  # the rivals are as they are
