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
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60  # seconds until a new process must be up: 4 are too few on a busy machine

# For a beat: how long its lock is valid, and a task that it sends every second.
if "BEAT_LOCK" in os.environ:
    CELERY_REDBEAT_LOCK_TIMEOUT = int(os.environ["BEAT_LOCK"])
    CELERY_BEAT_SCHEDULE = {"tick": {"task": "proofs.workers.tasks.note_request", "schedule": 1.0}}
