"""Example calls of the tasks for accounts."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone


def an_expired_session() -> dict[str, Any]:
    Session.objects.create(session_key="expired", expire_date=timezone.now() - timedelta(days=1))
    return {}


TASKS = {"apps.accounts.tasks.clear_expired_sessions": an_expired_session}
