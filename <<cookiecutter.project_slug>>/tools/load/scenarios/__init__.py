"""Scenarios of the load test: each module has TASKS, functions of a caller with their weights."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

type Scenario = Callable[[Any], None]

TASKS: dict[Scenario, int] = {
    scenario: weight
    for module in iter_modules(__path__)
    for scenario, weight in import_module(f"{__name__}.{module.name}").TASKS.items()
}
