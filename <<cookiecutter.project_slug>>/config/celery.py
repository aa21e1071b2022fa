"""The Celery app, for `celery --app config`. Its settings are those that begin with CELERY_."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("config", task_cls="apps.outbox.base:BaseTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
