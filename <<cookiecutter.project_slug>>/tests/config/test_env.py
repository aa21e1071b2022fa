"""Reading environment variables."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.env import Environment


@pytest.mark.parametrize(("value", "expected"), [("on", True), ("False", False), ("", True), (" 1 ", True)])
def test_reads_a_boolean(value: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    assert Environment({"FEATURE": value}).bool("FEATURE", default=True) is expected


@pytest.mark.parametrize("value", ["'on'", "maybe", "2"])
def test_names_a_variable_that_cannot_be_understood_but_not_its_value(value: str) -> None:
    env = Environment({"FEATURE": value})
    env.bool("FEATURE", default=False)

    with pytest.raises(ImproperlyConfigured, match="FEATURE") as caught:
        env.check()
    assert value not in str(caught.value)
