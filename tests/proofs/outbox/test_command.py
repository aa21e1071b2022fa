"""`manage.py outbox`."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.outbox.models import OutboxTask
from proofs.outbox.factories import FailedTaskFactory, OutboxTaskFactory
from proofs.outbox.tasks import do_as_told

pytestmark = pytest.mark.django_db


def outbox(*arguments: Any) -> str:
    """Run the command and return what it prints."""
    output = StringIO()
    call_command("outbox", *map(str, arguments), stdout=output, stderr=output)
    return output.getvalue()


def test_list_has_a_line_for_each_that_failed_the_newest_first() -> None:
    old, new = FailedTaskFactory.create_batch(2)
    OutboxTaskFactory.create()

    lines = outbox("list").splitlines()

    assert [line.split()[0] for line in lines] == [str(new.pk), str(old.pk)]
    assert "apps.accounts.tasks.clear_expired_sessions  ConnectionError: the database is away" in lines[0]


@pytest.mark.parametrize("chosen", [["--all"], None])
def test_replay_sends_those_that_are_chosen(
    told: list[Callable[..., Any]],
    chosen: list[str] | None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    done: list[int] = []
    told.append(lambda: done.append(1))
    tasks = FailedTaskFactory.create_batch(2, name=do_as_told.name)

    with django_capture_on_commit_callbacks(execute=True):
        assert outbox("replay", *(chosen or [str(task.pk) for task in tasks])) == "replay: 2\n"

    assert done == [1, 1]
    assert outbox("replay", "--all") == "replay: 0\n"


@pytest.mark.parametrize("action", ["replay", "delete"])
def test_nothing_is_chosen_by_accident(action: str) -> None:
    with pytest.raises(CommandError, match="Give IDs"):
        outbox(action)


def test_delete_gives_up_without_sending() -> None:
    task = FailedTaskFactory.create()
    kept = OutboxTaskFactory.create()

    assert outbox("delete", task.pk, kept.pk) == "delete: 1\n"
    assert OutboxTask.objects.get() == kept


def test_send_does_what_the_schedule_does() -> None:
    OutboxTaskFactory.create(next_attempt_at=timezone.now() - timedelta(minutes=1))

    assert outbox("send") == "1 sent again.\n"
