"""What guards an endpoint: a module for each framework that serves an API."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

# Takes a view; returns its methods, each with its permissions or kinds of authentication, or None for another's view.
type FindGuards = Callable[[Any], list[tuple[str, tuple[Any, ...]]] | None]

FINDERS: list[FindGuards] = [
    import_module(f"{__name__}.{module.name}").find_guards for module in iter_modules(__path__)
]
