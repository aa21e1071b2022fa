"""The rows of a QuerySet."""

import pytest

from apps.accounts.models import User
from apps.api.errors import NotFound
from proofs.core.user_rows import UserRows


def test_one_row_is_found_by_a_lookup(user: User, staff: User) -> None:
    assert UserRows(User).row(pk=staff.pk)["name"] == staff.name


def test_no_row_is_not_found(user: User) -> None:
    with pytest.raises(NotFound):
        UserRows(User).row(pk=user.pk + 1)
