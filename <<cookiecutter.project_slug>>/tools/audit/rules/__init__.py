"""The static rules: CHECKS of each module here are functions that yield findings in a project."""

from importlib import import_module
from pkgutil import iter_modules

CHECKS = [
    check for module in iter_modules(__path__) for check in vars(import_module(f"{__name__}.{module.name}"))["CHECKS"]
]
