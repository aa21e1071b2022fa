"""What an operator sees and does in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.accounts.models import User
from apps.outbox.models import OutboxTask, State
from proofs.outbox.factories import FailedTaskFactory, OutboxTaskFactory
from proofs.outbox.tasks import do_as_told
from tests.queries import watch_queries

pytestmark = pytest.mark.django_db

TASKS = "admin:outbox_outboxtask_changelist"
TASK = "admin:outbox_outboxtask_change"


def sign_in(client: Client, staff: User, *permissions: str) -> Client:
    codenames = [f"{permission}_outboxtask" for permission in ("view", *permissions)]
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(staff)
    return client


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    """Somebody who may replay and delete, but is no superuser."""
    return sign_in(client, staff, "replay", "delete")


def page(operator: Client, name: str, *args: Any, **query: Any) -> str:
    response = operator.get(reverse(name, args=args, query=query))
    assert response.status_code == 200
    return response.content.decode()


def on_selected(operator: Client, action: str, *tasks: OutboxTask) -> list[str]:
    """Run and confirm a list action and return the messages that are shown next."""
    data = {"action": action, "_selected_action": [task.pk for task in tasks], "post": "yes"}
    response = operator.post(reverse(TASKS), data, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_the_list_costs_as_many_queries_for_25_tasks_as_for_one(operator: Client) -> None:
    def queries_for(count: int) -> int:
        FailedTaskFactory.create_batch(count)
        page(operator, TASKS)  # what is cached is cached now
        with watch_queries() as log:
            page(operator, TASKS)
        return len(log)

    assert queries_for(1) == queries_for(24)


def test_a_task_shows_what_happened_and_hides_what_is_sensitive(operator: Client) -> None:
    task = FailedTaskFactory.create(arguments={"order_id": 7, "password": "hunter2"}, request_id="request-12345678")

    html = page(operator, TASK, task.pk)

    for shown in ["Traceback (most recent call last)", "ConnectionError", "order_id", "[scrubbed]", "request-12345678"]:
        assert shown in html
    assert "hunter2" not in html


@pytest.mark.parametrize(
    "query", [{"state": "failed"}, {"q": "task-one"}, {"q": "request-12345678"}, {"q": "TimeoutError"}]
)
def test_tasks_are_found(operator: Client, query: dict[str, str]) -> None:
    found = FailedTaskFactory.create(task_id="task-one", request_id="request-12345678", exception="TimeoutError: slow")
    other = OutboxTaskFactory.create()

    html = page(operator, TASKS, **query)

    assert reverse(TASK, args=[found.pk]) in html
    assert reverse(TASK, args=[other.pk]) not in html


def test_selected_tasks_are_replayed_once(
    operator: Client,
    told: list[Callable[..., Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    done: list[int] = []
    told.append(lambda: done.append(1))
    tasks = FailedTaskFactory.create_batch(2, name=do_as_told.name)

    for count in (2, 0):
        with django_capture_on_commit_callbacks(execute=True):
            assert on_selected(operator, "replay_selected", *tasks) == [f"Failed tasks queued again: {count}."]
    assert done == [1, 1]


def test_selected_tasks_are_deleted(operator: Client) -> None:
    task = FailedTaskFactory.create()

    assert on_selected(operator, "delete_selected", task) == ["Successfully deleted 1 task."]
    assert not OutboxTask.objects.exists()


def test_a_task_that_may_still_run_is_not_deleted(operator: Client) -> None:
    tasks = [FailedTaskFactory.create(), OutboxTaskFactory.create()]

    assert operator.post(reverse("admin:outbox_outboxtask_delete", args=[tasks[1].pk])).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [task.pk for task in tasks], "post": "yes"}
    assert operator.post(reverse(TASKS), data).status_code == 403
    assert OutboxTask.objects.count() == 2


@pytest.mark.parametrize("permission", ["replay", "delete"])
def test_each_operation_is_a_permission_of_its_own(client: Client, staff: User, permission: str) -> None:
    sign_in(client, staff, permission)
    task = FailedTaskFactory.create()
    (refused,) = {"replay", "delete"} - {permission}

    on_selected(client, f"{refused}_selected", task)
    assert OutboxTask.objects.filter(state=State.FAILED).exists()

    on_selected(client, f"{permission}_selected", task)
    assert not OutboxTask.objects.filter(state=State.FAILED).exists()


def test_nobody_adds_or_changes_tasks_by_hand(admin_client: Client) -> None:
    task = FailedTaskFactory.create()

    assert admin_client.get(reverse("admin:outbox_outboxtask_add")).status_code == 403
    assert admin_client.post(reverse(TASK, args=[task.pk])).status_code == 403
