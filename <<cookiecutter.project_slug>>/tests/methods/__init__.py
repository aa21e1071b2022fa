"""How a test's caller proves who they are: a module for each method that the API accepts."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from django.test import Client

from apps.accounts.models import User

type Authenticate = Callable[[Client, User], None]

METHODS: dict[str, Authenticate] = {
    module.name: import_module(f"{__name__}.{module.name}").authenticate for module in iter_modules(__path__)
}

# For tests in which it makes no difference how.
authenticate_somehow = next(iter(METHODS.values()))
