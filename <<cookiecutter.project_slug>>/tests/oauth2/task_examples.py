"""Example calls of the tasks for the OAuth2 provider."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from oauth2_provider.models import Grant

from tests.factories import UserFactory
from tests.oauth2.factories import ApplicationFactory


def an_expired_code() -> dict[str, Any]:
    expired = timezone.now() - timedelta(days=1)
    Grant.objects.create(user=UserFactory.create(), application=ApplicationFactory.create(), code="x", expires=expired)
    return {}


TASKS = {"apps.oauth2.provider.tasks.clear_expired_tokens": an_expired_code}
