"""What is cleared away at night."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.tasks import clear_expired_sessions
from apps.idempotency import services as idempotency
from apps.idempotency.models import IdempotencyKey
from apps.idempotency.tasks import clear_expired_idempotency_keys

pytestmark = pytest.mark.django_db


def test_sessions_whose_time_is_over_are_deleted() -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    kept, expired = store(), store()
    kept.create()
    expired.set_expiry(-1)
    expired.create()

    clear_expired_sessions.delay()

    assert list(Session.objects.values_list("pk", flat=True)) == [kept.session_key]


def test_idempotency_keys_whose_time_is_over_are_deleted(user: User) -> None:
    for key, age in {"old": idempotency.LIFETIME + timedelta(hours=1), "new": timedelta(0)}.items():
        IdempotencyKey.objects.create(user=user, key=key, created_at=timezone.now() - age)

    assert clear_expired_idempotency_keys.delay().get() == 1

    assert IdempotencyKey.objects.get().key == "new"
