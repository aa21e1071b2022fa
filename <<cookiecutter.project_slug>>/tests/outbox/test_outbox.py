"""Background tasks: in the outbox until they have finished, and there for good if they fail."""

from datetime import timedelta
from io import StringIO

import pytest
from celery import shared_task
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.outbox import services
from apps.outbox.base import BaseTask
from apps.outbox.models import OutboxTask, State
from tests.factories import UserFactory
from tests.outbox.factories import OutboxTaskFactory

pytestmark = pytest.mark.django_db
CALLS: list[str] = []


@shared_task(base=BaseTask, queue_name="default", soft_time_limit=5, time_limit=10)
def note(*, text: str) -> None:
    CALLS.append(text)


@shared_task(base=BaseTask, autoretry_for=(), soft_time_limit=5, time_limit=10)
def fail(*, text: str) -> None:
    raise ValueError(text)


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    CALLS.clear()


def test_a_task_runs_after_the_commit_and_leaves_nothing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.enqueue(note, text="hello")
        assert CALLS == []
        assert OutboxTask.objects.get().queue == "default"

    assert CALLS == ["hello"]
    assert not OutboxTask.objects.exists()


def test_a_task_that_fails_stays_with_its_exception(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.enqueue(fail, text="no such thing")

    failed = OutboxTask.objects.get()
    assert (failed.name, failed.state) == (fail.name, State.FAILED)
    assert failed.exception == "ValueError: no such thing"
    assert "raise ValueError" in failed.traceback


def test_a_failed_task_can_be_replayed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    OutboxTaskFactory.create(name=note.name, kwargs='{"text": "again"}')

    with django_capture_on_commit_callbacks(execute=True):
        assert services.replay(OutboxTask.objects.all()) == 1

    assert CALLS == ["again"]
    assert not OutboxTask.objects.exists()


def test_a_task_that_was_lost_is_sent_again(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    past, future = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    fields = {"name": note.name, "state": State.QUEUED}
    OutboxTaskFactory.create(kwargs='{"text": "lost"}', next_attempt_at=past, **fields)
    OutboxTaskFactory.create(kwargs='{"text": "on its way"}', next_attempt_at=future, **fields)

    with django_capture_on_commit_callbacks(execute=True):
        services.send_overdue()

    assert CALLS == ["lost"]


def test_a_task_that_never_finishes_has_failed_in_the_end() -> None:
    past = timezone.now() - timedelta(hours=1)
    OutboxTaskFactory.create(state=State.QUEUED, attempts=services.MAX_ATTEMPTS, next_attempt_at=past)

    services.send_overdue()

    assert OutboxTask.objects.get().state == State.FAILED
    assert CALLS == []


def test_the_admin_deletes_failed_tasks(client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    failed = OutboxTaskFactory.create(kwargs='{"password": "hunter2"}')
    assert "hunter2" not in client.get(reverse("admin:outbox_outboxtask_change", args=[failed.pk])).text

    url = reverse("admin:outbox_outboxtask_changelist")
    client.post(url, {"action": "delete_selected", "_selected_action": [failed.pk], "post": "yes"})

    assert not OutboxTask.objects.exists()


def test_the_command_lists_replays_and_deletes() -> None:
    first, second = OutboxTaskFactory.create_batch(2, failed_at=timezone.now())

    assert str(first.pk) in run("list")
    assert "1" in run("replay", str(first.pk))
    run("delete", str(second.pk))
    assert OutboxTask.objects.values_list("pk", "state").get() == (first.pk, "queued")
    assert "sent again" in run("send")
    with pytest.raises(CommandError, match="--all"):
        run("replay")


def run(*arguments: str) -> str:
    """Return what the command prints."""
    output = StringIO()
    call_command("outbox", *arguments, stdout=output)
    return output.getvalue()
