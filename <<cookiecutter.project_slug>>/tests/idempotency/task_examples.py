"""Example call of the task for idempotency keys."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.idempotency.models import IdempotencyKey
from tests.factories import UserFactory


def an_expired_key() -> dict[str, Any]:
    a_week_ago = timezone.now() - timedelta(days=7)
    IdempotencyKey.objects.create(user=UserFactory.create(), key="k-1", created_at=a_week_ago)
    return {}


TASKS = {"apps.idempotency.tasks.clear_expired_idempotency_keys": an_expired_key}
