"""Optional features: each module here adds its settings to `base`. To drop a feature is to delete its module."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def feature_settings() -> dict[str, Any]:
    """Return the settings of every module of this package, by name."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return {name: value for module in modules for name, value in vars(module).items() if name.isupper()}
