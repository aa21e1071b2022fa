"""The first page of the admin: figures for those who may see them, by a bounded number of queries."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User

# % if cookiecutter.use_celery
from apps.outbox.models import OutboxTask, State

# % endif
from tests.factories import UserFactory

# % if cookiecutter.use_example
from tests.orders.factories import OrderFactory

# % endif
from tests.queries import watch_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser() -> User:
    return UserFactory.create(is_staff=True, is_superuser=True)


def fill(rows: int) -> None:
    """Make something of everything that the page counts."""
    for number in range(rows):
        AccessAttempt.objects.create(username=str(number), failures_since_start=3)
        # % if cookiecutter.use_celery
        OutboxTask.objects.create(task_id=f"queued {rows} {number}", name="x", queue="default")
        OutboxTask.objects.create(task_id=f"failed {rows} {number}", name="x", queue="default", state=State.FAILED)
        # % endif
        # % if cookiecutter.use_example
        OrderFactory.create(created_at=timezone.now() - timedelta(days=number))
        # % endif


def test_its_queries_do_not_grow_with_the_data(client: Client, superuser: User) -> None:
    client.force_login(superuser)
    client.get(reverse("admin:index"))
    numbers = []
    for rows in (1, 24):
        fill(rows)
        with watch_queries() as log:
            assert client.get(reverse("admin:index")).status_code == 200
        numbers.append(len(log))

    assert numbers[0] == numbers[1] <= 7


def test_it_counts_what_there_is(client: Client, superuser: User) -> None:
    fill(2)
    client.force_login(superuser)

    context = client.get(reverse("admin:index")).context

    assert context["failed_logins"] == 6
    # % if cookiecutter.use_celery
    assert context["tasks"] == {"queued": 2, "failed": 2}
    # % endif
    # % if cookiecutter.use_example
    assert [count for _, count in context["orders_by_day"]][-3:] == [0, 1, 1]
    assert context["orders_most"] == 1
    # % endif


def test_staff_see_the_figures_that_they_have_permission_for(client: Client, staff: User) -> None:
    client.force_login(staff)
    figures = {"failed_logins", "orders_by_day", "tasks"}
    assert not figures & client.get(reverse("admin:index")).context.keys()

    staff.user_permissions.set(Permission.objects.filter(codename="view_user"))

    assert figures & client.get(reverse("admin:index")).context.keys() == {"failed_logins"}


def test_the_navigation_has_what_the_user_may_see_with_an_icon(client: Client, staff: User) -> None:
    staff.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(staff)

    (group,) = client.get(reverse("admin:index")).context["sidebar_navigation"]

    assert [(item["link"], item["icon"]) for item in group["items"]] == [
        (reverse("admin:accounts_user_changelist"), "group")
    ]
