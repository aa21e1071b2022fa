"""What somebody who runs the site sees and does about dead letters."""

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from apps.accounts.models import User
from apps.database.queries import watch_queries
from apps.outbox.models import DeadLetter, State
from proofs.outbox.factories import DeadLetterFactory
from proofs.outbox.tasks import do_as_told

pytestmark = pytest.mark.django_db

LETTERS = "admin:outbox_deadletter_changelist"
LETTER = "admin:outbox_deadletter_change"
REPLAY = "admin:outbox_deadletter_replay"
DISCARD = "admin:outbox_deadletter_discard"


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    """Somebody who may settle dead letters, but is no superuser."""
    staff.user_permissions.set(Permission.objects.filter(content_type__model="deadletter"))
    client.force_login(staff)
    return client


def page(operator: Client, name: str, *args: Any, **query: Any) -> str:
    response = operator.get(reverse(name, args=args, query=query))
    assert response.status_code == 200
    return response.content.decode()


def on_selected(operator: Client, action: str, *letters: DeadLetter) -> list[str]:
    """Run a list action and return the messages that are shown next."""
    data = {"action": action, "_selected_action": [letter.pk for letter in letters]}
    response = operator.post(reverse(LETTERS), data, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_the_list_costs_as_many_queries_for_25_letters_as_for_one(operator: Client) -> None:
    def queries_for(count: int) -> int:
        DeadLetterFactory.create_batch(count)
        page(operator, LETTERS)  # what is cached is cached now
        with watch_queries() as log:
            page(operator, LETTERS)
        return len(log.statements)

    assert queries_for(1) == queries_for(24)


def test_a_letter_shows_what_happened_and_hides_what_is_sensitive(operator: Client) -> None:
    letter = DeadLetterFactory.create(arguments={"order_id": 7, "password": "hunter2"}, request_id="request-12345678")

    html = page(operator, LETTER, letter.pk)

    for shown in ["Traceback (most recent call last)", "ConnectionError", "order_id", "[scrubbed]", "request-12345678"]:
        assert shown in html
    assert "hunter2" not in html


@pytest.mark.parametrize(
    "query", [{"state": "waiting"}, {"q": "task-one"}, {"q": "request-12345678"}, {"q": "TimeoutError"}]
)
def test_letters_are_found(operator: Client, query: dict[str, str]) -> None:
    found = DeadLetterFactory.create(task_id="task-one", request_id="request-12345678", exception="TimeoutError: slow")
    other = DeadLetterFactory.create(state=State.DISCARDED)

    html = page(operator, LETTERS, **query)

    assert reverse(LETTER, args=[found.pk]) in html
    assert reverse(LETTER, args=[other.pk]) not in html


def test_selected_letters_are_replayed_once(operator: Client, told: list[Callable[..., Any]]) -> None:
    done: list[int] = []
    told.append(lambda: done.append(1))
    letters = DeadLetterFactory.create_batch(2, task=do_as_told.name)

    assert on_selected(operator, "replay_selected", *letters) == ["2 tasks sent again."]
    assert on_selected(operator, "replay_selected", *letters) == ["2 had been decided about already."]
    assert done == [1, 1]


def test_selected_letters_are_discarded(operator: Client) -> None:
    letter = DeadLetterFactory.create()

    assert on_selected(operator, "discard_selected", letter) == ["1 task discarded."]
    assert DeadLetter.objects.get().state == State.DISCARDED


@pytest.mark.parametrize(("button", "state"), [(REPLAY, State.REPLAYED), (DISCARD, State.DISCARDED)])
def test_a_letter_has_buttons_while_it_waits(operator: Client, button: str, state: str) -> None:
    letter = DeadLetterFactory.create()
    address = reverse(button, args=[letter.pk])
    assert address in page(operator, LETTER, letter.pk)

    response = operator.post(address, {"_form_submitted": "1"}, HTTP_HX_REQUEST="true")

    assert response["HX-Redirect"] == reverse(LETTER, args=[letter.pk])
    letter.refresh_from_db()
    assert letter.state == state
    assert address not in page(operator, LETTER, letter.pk)


def test_a_task_that_is_no_more_is_named(operator: Client) -> None:
    gone = DeadLetterFactory.create(task="apps.gone.tasks.send")

    assert on_selected(operator, "replay_selected", gone) == ["There is no task apps.gone.tasks.send in this project."]


def test_a_broker_that_is_away_is_said_once(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.outbox.base.BaseTask.apply_async", Mock(side_effect=OperationalError("refused")))
    letters = DeadLetterFactory.create_batch(3, task=do_as_told.name)

    assert on_selected(operator, "replay_selected", *letters) == ["The broker does not answer: try again later."]
    assert DeadLetter.objects.waiting().count() == 3


def test_who_may_only_look_can_settle_nothing(client: Client, staff: User) -> None:
    staff.user_permissions.set(Permission.objects.filter(codename="view_deadletter"))
    client.force_login(staff)
    letter = DeadLetterFactory.create()

    assert reverse(REPLAY, args=[letter.pk]) not in page(client, LETTER, letter.pk)
    assert client.post(reverse(REPLAY, args=[letter.pk]), {"_form_submitted": "1"}).status_code == 403
    on_selected(client, "replay_selected", letter)
    assert DeadLetter.objects.waiting().exists()


def test_nobody_writes_or_deletes_letters_by_hand(admin_client: Client) -> None:
    letter = DeadLetterFactory.create()

    assert admin_client.get(reverse("admin:outbox_deadletter_add")).status_code == 403
    assert admin_client.post(reverse("admin:outbox_deadletter_delete", args=[letter.pk])).status_code == 403
