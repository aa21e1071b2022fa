"""Backfills: migrations that update many rows in batches."""

import pytest
from django.db import connection
from django.db.migrations.state import ProjectState
from django.db.models import Q
from django.db.models.functions import Upper

from apps.accounts.models import User
from apps.database.batches import BatchedUpdate
from apps.database.operations import Backfill
from tests.factories import UserFactory

UNNAMED = Q(name="")


@pytest.mark.django_db(transaction=True)
def test_a_migration_fills_in_every_row_that_matches() -> None:
    UserFactory.create(name="", email="grace@example.com")
    UserFactory.create(name="Ada")
    operation = Backfill("User", todo=UNNAMED, values={"name": Upper("email")})
    state = ProjectState.from_apps(User._meta.apps)  # noqa: SLF001 - _meta is public
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("accounts", editor, state, state)

    assert sorted(User.objects.values_list("name", flat=True)) == ["Ada", "GRACE@EXAMPLE.COM"]


@pytest.mark.django_db(transaction=True)
def test_updates_in_batches_and_once() -> None:
    UserFactory.create_batch(5, name="")
    update = BatchedUpdate(model=User, todo=UNNAMED, values={"name": Upper("email")}, batch_size=2)

    assert list(update.run()) == [2, 2, 1]
    assert list(update.run()) == []
