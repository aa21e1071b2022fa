"""Real workers on real brokers, and what happens to tasks that cannot be done."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from apps.outbox import services
from apps.outbox.models import DeadLetter, Reason, State
from apps.outbox.queues import queue_depths
from proofs.workers import tasks
from proofs.workers.running import Place, wait_until

pytestmark = pytest.mark.timeout(200)  # processes start, on a busy machine too


def letter_of(task: str) -> DeadLetter | None:
    return DeadLetter.objects.filter(task=task, state=State.WAITING).first()


def found_letter(task: str) -> DeadLetter:
    """Wait for the dead letter of the task and return it."""
    wait_until(lambda: letter_of(task))
    return DeadLetter.objects.get(task=task)


def test_a_task_is_done_by_a_worker_in_the_name_of_the_request_it_was_begun_for(here: Place) -> None:
    with bound_contextvars(request_id="request.12345678"):
        tasks.note_request.delay(folder=str(here.notes))

    wait_until(lambda: here.noted("request.12345678"))


def test_a_task_that_kills_its_process_four_times_is_a_dead_letter_while_others_go_on(here: Place) -> None:
    tasks.kill_my_process.delay(folder=str(here.notes))
    with bound_contextvars(request_id="request.meanwhile"):
        for _ in range(20):
            tasks.note_request.delay(folder=str(here.notes))

    letter = found_letter(tasks.kill_my_process.name)
    assert here.noted("poison") == letter.attempts == 4
    assert "signal 9 (SIGKILL)" in letter.exception
    wait_until(lambda: here.noted("request.meanwhile") == 20)


def test_a_task_that_fails_to_the_last_can_be_replayed_once_its_cause_is_mended(here: Place) -> None:
    with bound_contextvars(request_id="request.12345678"):
        tasks.read_file.delay(folder=str(here.notes), password="hunter2")

    letter = found_letter(tasks.read_file.name)
    assert here.noted("attempt") == letter.attempts == 3
    assert "FileNotFoundError" in letter.traceback
    assert letter.request_id == "request.12345678"

    (here.notes / "cause").write_text("mended", "utf-8")
    assert [services.replay_dead_letter(letter_id=letter.pk) for _ in range(2)] == [True, False]
    wait_until(lambda: here.noted("mended"))
    wait_until(lambda: not any(queue_depths().values()))
    assert here.noted("mended") == 1
    assert "hunter2" not in here.logs()


def test_a_task_that_does_not_stop_in_time_is_ended_and_a_dead_letter(here: Place) -> None:
    with bound_contextvars(request_id="request.12345678"):
        tasks.never_end.delay(folder=str(here.notes))

    letter = found_letter(tasks.never_end.name)
    assert letter.exception.startswith("TimeLimitExceeded")
    assert (letter.reason, letter.attempts, letter.request_id) == (Reason.FAILED, 1, "request.12345678")
    assert letter.queue.endswith("default")


def test_what_no_worker_can_judge_is_a_dead_letter(here: Place) -> None:
    current_app.send_task("apps.gone.tasks.send", kwargs={"order_id": 7})
    late = timezone.now() - timedelta(minutes=1)
    tasks.note_request.apply_async(kwargs={"folder": str(here.notes)}, expires=late)

    assert found_letter("apps.gone.tasks.send").kwargs == '{"order_id": 7}'
    assert found_letter(tasks.note_request.name).reason == Reason.GIVEN_UP


def test_what_a_killed_worker_had_goes_to_another(here: Place) -> None:
    tasks.wait_for_file.delay(folder=str(here.notes))
    wait_until(lambda: here.noted("begun"))

    here.workers[-1].kill()
    (here.notes / "go").touch()
    here.start(CELERY_VISIBILITY_TIMEOUT="2")

    wait_until(lambda: here.noted("ended"))
    assert here.noted("ended") == 1
    assert here.noted("begun") == 2
