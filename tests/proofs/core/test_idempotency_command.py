"""Expired idempotency keys are deleted by the command for cron."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import User
from apps.idempotency.models import IdempotencyKey

pytestmark = pytest.mark.django_db


def test_the_command_deletes_the_keys_whose_time_is_over(user: User) -> None:
    IdempotencyKey.objects.create(user=user, key="old", created_at=timezone.now() - timedelta(hours=25))
    IdempotencyKey.objects.create(user=user, key="new")
    output = StringIO()

    call_command("clear_idempotency_keys", stdout=output)

    assert output.getvalue() == "1 keys deleted.\n"
    assert IdempotencyKey.objects.get().key == "new"
