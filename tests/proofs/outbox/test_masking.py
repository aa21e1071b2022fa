"""Nobody reads a password in a log, a monitor or the admin because a task was given it."""

from typing import Any

import pytest

from apps.outbox.context import shown_arguments
from proofs.outbox.tasks import do_as_told

HIDDEN = "[scrubbed]"


@pytest.mark.parametrize("name", ["password", "api_key", "access_token", "client_secret"])
def test_what_is_called_so_is_hidden_inside_of_dictionaries_too(name: str) -> None:
    shown = shown_arguments(do_as_told.name, [], {"order_id": 7, name: "hunter2", "options": {name: "hunter2"}})

    assert shown == {"order_id": 7, name: HIDDEN, "options": {name: HIDDEN}}


def test_positional_arguments_are_shown_by_the_names_that_the_task_has_for_them(monkeypatch: Any) -> None:
    monkeypatch.setattr(do_as_told, "run", lambda order_id, password: None)

    assert shown_arguments(do_as_told.name, [7, "hunter2"], {}) == {"order_id": 7, "password": HIDDEN}


def test_what_has_no_name_is_hidden() -> None:
    assert shown_arguments("apps.gone.tasks.send", ["hunter2"], {"order_id": 7}) == {"order_id": 7, "[0]": HIDDEN}


def test_what_is_sent_to_monitors_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}
    monkeypatch.setattr("celery.Task.apply_async", lambda task, args, kwargs, **options: sent.update(options))

    do_as_told.delay(password="hunter2", order_id=7)

    assert "hunter2" not in repr(sent)
    assert "'order_id': 7" in sent["kwargsrepr"]
