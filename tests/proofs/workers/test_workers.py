"""Real workers on real brokers, and what happens to tasks that cannot be done."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from apps.outbox import services
from apps.outbox.broker import queue_depths
from apps.outbox.models import OutboxTask, State
from apps.outbox.services import enqueue
from proofs.outbox.factories import OutboxTaskFactory
from proofs.workers import tasks
from proofs.workers.running import Place, wait_until

pytestmark = pytest.mark.timeout(200)  # processes start, on a busy machine too


def failed(task: str) -> OutboxTask:
    """Wait until the task has failed and return it."""
    found = OutboxTask.objects.filter(state=State.FAILED).filter(name=task)
    wait_until(found.exists)
    return found.get()


def all_finished() -> bool:
    return not OutboxTask.objects.filter(state=State.QUEUED).exists()


def test_a_task_is_done_by_a_worker_with_the_id_of_the_request_that_enqueued_it(here: Place) -> None:
    with bound_contextvars(request_id="request.12345678"):
        enqueue(tasks.note_request, folder=str(here.notes))

    wait_until(lambda: here.noted("request.12345678"))
    wait_until(all_finished)


def test_a_task_that_kills_its_process_four_times_has_failed_while_others_go_on(here: Place) -> None:
    enqueue(tasks.kill_my_process, folder=str(here.notes))
    with bound_contextvars(request_id="request.meanwhile"):
        for _ in range(20):
            enqueue(tasks.note_request, folder=str(here.notes))

    task = failed(tasks.kill_my_process.name)
    assert here.noted("poison") == task.attempts == 4
    assert "signal 9 (SIGKILL)" in task.exception
    wait_until(lambda: here.noted("request.meanwhile") == 20)
    wait_until(all_finished)


def test_a_task_that_fails_to_the_last_can_be_replayed_once_its_cause_is_gone(here: Place) -> None:
    with bound_contextvars(request_id="request.12345678"):
        enqueue(tasks.read_file, folder=str(here.notes), password="hunter2")

    task = failed(tasks.read_file.name)
    assert here.noted("attempt") == task.attempts == 3
    assert "FileNotFoundError" in task.traceback
    assert task.request_id == "request.12345678"

    (here.notes / "cause").write_text("repaired", "utf-8")
    assert [services.replay(OutboxTask.objects.filter(pk=task.pk)) for _ in range(2)] == [1, 0]
    wait_until(lambda: here.noted("repaired"))
    wait_until(lambda: not OutboxTask.objects.filter(pk=task.pk).exists())
    wait_until(lambda: not any(queue_depths().values()))
    assert here.noted("repaired") == 1
    assert "hunter2" not in here.logs()


def test_a_task_that_does_not_stop_in_time_is_ended_and_has_failed(here: Place) -> None:
    with bound_contextvars(request_id="request.12345678"):
        enqueue(tasks.never_end, folder=str(here.notes))

    task = failed(tasks.never_end.name)
    assert "TimeLimitExceeded" in task.exception
    assert (task.attempts, task.request_id, task.queue) == (1, "request.12345678", "default")


def test_a_task_that_is_rejected_has_failed(here: Place) -> None:
    enqueue(tasks.reject, folder=str(here.notes))

    assert "Reject" in failed(tasks.reject.name).exception
    assert here.noted("rejected") == 1


def test_a_task_that_was_never_enqueued_is_kept_too_when_it_fails(here: Place) -> None:
    tasks.read_file.delay(folder=str(here.folder), password="hunter2")

    task = failed(tasks.read_file.name)
    assert "FileNotFoundError" in task.exception
    task.delete()


def test_a_task_that_no_worker_knows_is_sent_again_and_others_go_on(here: Place) -> None:
    current_app.send_task("apps.gone.tasks.send", kwargs={"order_id": 7})
    with bound_contextvars(request_id="request.known"):
        enqueue(tasks.note_request, folder=str(here.notes))

    wait_until(lambda: here.noted("request.known"))


def test_a_task_that_was_lost_is_sent_again_and_finished(here: Place) -> None:
    late = timezone.now() - timedelta(minutes=5)
    OutboxTaskFactory.create(
        name=tasks.note_request.name,
        arguments={"folder": str(here.notes)},
        request_id="request.lost",
        next_attempt_at=late,
    )

    assert services.send_overdue() == 1

    wait_until(all_finished)
    assert here.noted("request.lost") == 1


def test_what_a_killed_worker_had_goes_to_another(here: Place) -> None:
    enqueue(tasks.wait_for_file, folder=str(here.notes))
    wait_until(lambda: here.noted("begun"))

    here.workers[-1].kill()
    (here.notes / "go").touch()
    here.start(CELERY_VISIBILITY_TIMEOUT="2")

    wait_until(all_finished)
    assert here.noted("ended") == 1
    assert here.noted("begun") == 2
