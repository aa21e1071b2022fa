"""`manage.py dead_letters`."""

from collections.abc import Callable
from io import StringIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from kombu.exceptions import OperationalError

from apps.outbox.models import DeadLetter, State
from proofs.background.factories import DeadLetterFactory
from proofs.background.tasks import do_as_told

pytestmark = pytest.mark.django_db


def dead_letters(*arguments: Any) -> str:
    """Run the command and return what it prints."""
    output = StringIO()
    call_command("dead_letters", *map(str, arguments), stdout=output, stderr=output)
    return output.getvalue()


def test_list_has_a_line_for_each_that_waits_the_newest_first() -> None:
    old, new = DeadLetterFactory.create_batch(2)
    DeadLetterFactory.create(state=State.DISCARDED)

    lines = dead_letters("list").splitlines()

    assert [line.split()[0] for line in lines] == [str(new.pk), str(old.pk)]
    assert "apps.accounts.tasks.clear_expired_sessions  ConnectionError: the database is away" in lines[0]


def test_list_is_narrowed_by_task_and_widened_by_state() -> None:
    one = DeadLetterFactory.create(task=do_as_told.name, state=State.REPLAYED)
    DeadLetterFactory.create()

    assert dead_letters("list", "--task", do_as_told.name) == ""
    assert dead_letters("list", "--task", do_as_told.name, "--state", "all").split()[0] == str(one.pk)


def test_show_tells_all_but_what_is_sensitive() -> None:
    letter = DeadLetterFactory.create(arguments={"order_id": 7, "token": "hunter2"}, request_id="request-12345678")

    shown = dead_letters("show", letter.pk)

    for part in [letter.task_id, '"order_id": 7', "request-12345678", "Traceback (most recent call last)"]:
        assert part in shown
    assert "hunter2" not in shown


def test_show_says_that_there_is_none() -> None:
    with pytest.raises(CommandError, match="There is no dead letter 404"):
        dead_letters("show", 404)


@pytest.mark.parametrize("chosen", [["--all"], ["--task", do_as_told.name], None])
def test_replay_sends_those_that_are_meant(told: list[Callable[..., Any]], chosen: list[str] | None) -> None:
    done: list[int] = []
    told.append(lambda: done.append(1))
    letters = DeadLetterFactory.create_batch(2, task=do_as_told.name)
    DeadLetterFactory.create(task=do_as_told.name, state=State.DISCARDED)

    assert dead_letters("replay", *(chosen or [str(letter.pk) for letter in letters])) == "2 sent again.\n"

    assert done == [1, 1]
    assert dead_letters("replay", "--all") == "0 sent again.\n"


def test_what_cannot_be_replayed_is_named_and_the_others_are_sent() -> None:
    gone, settled = (
        DeadLetterFactory.create(task="apps.gone.tasks.send"),
        DeadLetterFactory.create(state=State.DISCARDED),
    )
    good = DeadLetterFactory.create()
    output = StringIO()

    with pytest.raises(CommandError, match="2 left as they are"):
        call_command("dead_letters", "replay", *map(str, [gone.pk, settled.pk, good.pk]), stdout=output, stderr=output)

    assert f"{gone.pk}: There is no task apps.gone.tasks.send" in output.getvalue()
    assert f"{settled.pk} is not waiting." in output.getvalue()
    assert "1 sent again." in output.getvalue()


def test_replay_stops_when_the_broker_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.outbox.base.BaseTask.apply_async", Mock(side_effect=OperationalError("refused")))
    DeadLetterFactory.create_batch(2, task=do_as_told.name)

    with pytest.raises(CommandError, match="After 0 sent again, the broker does not answer: refused"):
        dead_letters("replay", "--all")

    assert DeadLetter.objects.waiting().count() == 2


def test_discard_settles_without_sending() -> None:
    letter = DeadLetterFactory.create()

    assert dead_letters("discard", letter.pk) == "1 discarded.\n"
    assert DeadLetter.objects.get().state == State.DISCARDED
