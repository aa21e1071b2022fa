import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.database.queries import watch_queries

pytestmark = pytest.mark.django_db


def test_sees_statements_and_names_the_most_repeated() -> None:
    with watch_queries() as log:
        list(User.objects.filter(name="secret"))
        for _ in range(2):
            User.objects.exists()

    assert len(log.statements) == 3
    assert log.most_repeated().startswith("2 x SELECT")
    assert "secret" not in "".join(log.statements)


def test_beginning_and_ending_transactions_does_not_count() -> None:
    with watch_queries() as log, transaction.atomic(), transaction.atomic():
        pass

    assert log.statements == []
    assert log.most_repeated() == ""


def test_sees_nothing_once_it_is_over() -> None:
    with watch_queries() as log:
        pass
    User.objects.exists()

    assert log.statements == []
