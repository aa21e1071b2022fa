"""Passwords in the arguments of tasks are hidden in logs, monitors and the admin."""

from typing import Any

import pytest

from apps.outbox.base import shown_arguments
from proofs.outbox.tasks import do_as_told

HIDDEN = "[scrubbed]"


@pytest.mark.parametrize("name", ["password", "api_key", "access_token", "client_secret"])
def test_sensitive_names_are_hidden_in_nested_dictionaries(name: str) -> None:
    shown = shown_arguments([], {"order_id": 7, name: "hunter2", "options": {name: "hunter2"}})

    assert shown == {"order_id": 7, name: HIDDEN, "options": {name: HIDDEN}}


def test_what_has_no_name_is_hidden() -> None:
    assert shown_arguments(["hunter2"], {"order_id": 7}) == {"order_id": 7, "*": [HIDDEN]}


def test_what_is_sent_to_monitors_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}
    monkeypatch.setattr("celery.Task.apply_async", lambda task, args, kwargs, **options: sent.update(options))

    do_as_told.delay(password="hunter2", order_id=7)

    assert "hunter2" not in repr(sent)
    assert "'order_id': 7" in sent["kwargsrepr"]
