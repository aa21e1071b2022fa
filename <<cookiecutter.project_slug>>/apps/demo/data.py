"""Demo data: what `manage.py demo` loads.

An app takes part by having a module `demo` with a class `Demo`. The apps are asked in the order of INSTALLED_APPS, so
each finds what the apps it builds on have loaded.
"""

from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from importlib import import_module
from random import Random
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


class DemoData(ABC):
    """The demo data of one app."""

    def add_arguments(self, parser: ArgumentParser) -> None:  # noqa: B027 - most have none
        """Declare what the command takes for this app."""

    @abstractmethod
    def load(self, *, owner: Any, random: Random, options: Mapping[str, Any]) -> Iterator[str]:
        """Load the data unless it is there.

        Args:
            owner: the demo login, who should find something of their own.
            random: the only source of chance: the same seed gives the same data.
            options: what `add_arguments` declared.

        Yields:
            A line about each step when it is done.
        """


def find_demo_data() -> list[DemoData]:
    """Return what the project's own apps offer."""
    return [
        import_module(f"{app.name}.demo").Demo()
        for app in apps.get_app_configs()
        if app.name.startswith("apps.") and app.name != "apps.demo" and module_has_submodule(app.module, "demo")
    ]
