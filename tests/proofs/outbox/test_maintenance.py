"""What the schedule deletes at night."""

# % if cookiecutter.use_example
from datetime import timedelta

# % endif
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

# % if cookiecutter.use_example
from django.utils import timezone

from apps.accounts.models import User

# % endif
from apps.accounts.tasks import clear_expired_sessions

# % if cookiecutter.use_example
from apps.idempotency import services as idempotency
from apps.idempotency.models import IdempotencyKey
from apps.idempotency.tasks import clear_expired_idempotency_keys

# % endif
pytestmark = pytest.mark.django_db


def test_expired_sessions_are_deleted() -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    kept, expired = store(), store()
    kept.create()
    expired.set_expiry(-1)
    expired.create()

    clear_expired_sessions.delay()

    assert list(Session.objects.values_list("pk", flat=True)) == [kept.session_key]


# % if cookiecutter.use_example
def test_expired_idempotency_keys_are_deleted(user: User) -> None:
    for key, age in {"old": idempotency.LIFETIME + timedelta(hours=1), "new": timedelta(0)}.items():
        IdempotencyKey.objects.create(user=user, key=key, created_at=timezone.now() - age)

    assert clear_expired_idempotency_keys.delay().get() == 1

    assert IdempotencyKey.objects.get().key == "new"


# % endif
