"""For processes that tests start: the settings of tests, with mail in a folder where the test can count it."""

import os

from config.settings.test import *  # noqa: F403 - a settings module is its names
from proofs.workers.brokers import settings_for

MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": os.environ["MAIL_FOLDER"]},
    }
}

# The settings of tests leave the broker in the environment alone.
globals().update(settings_for())
