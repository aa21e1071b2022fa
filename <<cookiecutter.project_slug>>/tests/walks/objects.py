"""Objects of every model for the walks, made by the project's factories."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from traceback import extract_tb
from types import ModuleType
from typing import Any, NoReturn

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from factory.django import DjangoModelFactory

import tests
from apps.accounts.models import User
from config.settings.env import BASE_DIR

type Factory = type[DjangoModelFactory[Any]]

OWN_APPS = {config.label: config for config in apps.get_app_configs() if config.name.startswith("apps.")}


@dataclass(frozen=True)
class Example:
    """A request that succeeds: what `REQUESTS` in a module called `request_examples` returns for an operation."""

    caller: User
    body: Any = None
    path: tuple[Any, ...] = ()  # the values of its parameters


def fail(message: str) -> NoReturn:
    """Fail the test with `message` alone: it says what to do, and a traceback into the walk would not."""
    raise pytest.fail.Exception(message, pytrace=False) from None


def cause_of(response: Any) -> str:
    """Return the exception behind a server error, with the project's last line on its way."""
    kind, error, traceback = response.exc_info or (None, None, None)
    if kind is None:
        return ""
    own = [frame for frame in extract_tb(traceback) if Path(frame.filename).is_relative_to(BASE_DIR / "apps")]
    place = f" in {Path(own[-1].filename).relative_to(BASE_DIR)}, line {own[-1].lineno}" if own else ""
    return f", for {kind.__name__}: {str(error)[:200]}{place}"


def modules_named(name: str) -> Iterator[ModuleType]:
    """Yield the modules called `name` in the tests: `tests/factories.py`, `tests/accounts/factories.py` and so on."""
    for module in walk_packages(tests.__path__, "tests."):
        if module.name.rpartition(".")[2] == name:
            yield import_module(module.name)


@cache
def registered(module_name: str, dictionary: str) -> dict[str, Callable[..., Any]]:
    """Return all entries of the dictionaries of that name in the modules of that name."""
    dictionaries = [vars(module)[dictionary] for module in modules_named(module_name)]
    return {name: make for entries in dictionaries for name, make in entries.items()}


@cache
def factories() -> dict[type[models.Model], Factory]:
    """Return the factory of each model: the first that a module called `factories` defines for it."""
    found: dict[type[models.Model], Factory] = {}
    for module in modules_named("factories"):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, DjangoModelFactory) and value._meta.model:
                found.setdefault(value._meta.model, value)
    return found


def make(model: type[models.Model], **fields: Any) -> Any:
    """Return a new object of `model`. The test fails if no factory makes one."""
    if factory := factories().get(model):
        return factory.create(**fields)
    folder = f"tests/{model._meta.app_label}" if model._meta.app_label in OWN_APPS else "tests"
    fail(f"No factory makes {model._meta.label}: add {model.__name__}Factory to {folder}/factories.py.")


def make_everything(owner: models.Model) -> None:
    """Make an object of every model that has a factory, owned by `owner` if the model leads to a user."""
    for model, factory in factories().items():
        if not isinstance(owner, model):
            path = path_to_user(model)
            factory.create(**({path: owner} if path else {}))


@cache
def path_to_user(model: type[models.Model], depth: int = 3) -> str:
    """Return the shortest chain of foreign keys from `model` to the user, such as `order__owner`, or an empty string."""
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    user_model = apps.get_model(settings.AUTH_USER_MODEL)
    for key in keys:
        if key.related_model is user_model:
            return key.name
    longer = [(key.name, path_to_user(key.related_model, depth - 1)) for key in keys if depth > 1]
    chains = [f"{name}__{rest}" for name, rest in longer if rest]
    return min(chains, key=lambda chain: chain.count("__"), default="")
