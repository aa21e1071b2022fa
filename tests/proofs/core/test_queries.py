import pytest
from django.db import transaction

from apps.accounts.models import User
from tests.queries import watch_queries

pytestmark = pytest.mark.django_db


def test_sees_statements_without_parameters() -> None:
    with watch_queries() as log:
        list(User.objects.filter(name="secret"))
        for _ in range(2):
            User.objects.exists()

    assert len(log) == 3
    assert "secret" not in "".join(log)


def test_beginning_and_ending_transactions_does_not_count() -> None:
    with watch_queries() as log, transaction.atomic(), transaction.atomic():
        pass

    assert log == []


def test_sees_nothing_once_it_is_over() -> None:
    with watch_queries() as log:
        pass
    User.objects.exists()

    assert log == []
