"""What a change brings about once it is committed."""

import logging
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.after_commit import run_after_commit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(settings: Any) -> None:
    settings.AFTER_COMMIT = "apps.after_commit.in_this_process"


class TestInThisProcess:
    def test_a_service_is_called_after_the_commit(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        calls: list[int] = []

        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            run_after_commit(calls.append, 1)
            assert calls == []

        assert calls == [1]

    def test_what_fails_is_logged_and_nothing_else(
        self, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        def fail(*, reason: str) -> None:
            raise ConnectionError(reason)

        with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
            run_after_commit(fail, reason="mail server is away")

        assert "mail server is away" in caplog.text
