"""The kinds of broker: each module here says what its kind needs. To drop a kind is to delete its module."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def kinds_of_broker() -> dict[str, ModuleType]:
    """Return every module of this package, by name."""
    return {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}
