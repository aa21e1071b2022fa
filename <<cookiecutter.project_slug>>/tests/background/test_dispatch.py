"""Work goes to the task that wraps it."""

import pytest

from apps.accounts.services import update_profile
from apps.background.dispatch import task_of


def test_a_service_without_a_task_is_an_error_that_says_where_one_is_missing() -> None:
    with pytest.raises(LookupError, match=r"apps\.accounts\.services\.update_profile has no task of its name in"):
        task_of(update_profile)
