"""The Celery app: `celery -A config worker` and `celery -A config beat` find it here.

Its settings are the project's, each behind CELERY_: `config/settings/celery.py`. docs/celery.md is the manual.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("config", task_cls="apps.outbox.base:BaseTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
