"""What callers do, in modules of scenarios: TASKS says how often each is done, compared with the others."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol


class Caller(Protocol):
    """Somebody who has signed in and uses the API."""

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, name: str = "") -> Any:
        """Send a request and return the JSON of its answer.

        Args:
            method: of HTTP.
            path: below the API's root, or a whole address.
            body: sent as JSON.
            name: what requests of this kind are counted under; `path` unless given.

        Raises an exception that ends the scenario if the status is not one of success.
        """


type Scenario = Callable[[Any], None]  # of a Caller; Locust calls it with a user of its own

TASKS: dict[Scenario, int] = {
    scenario: weight
    for module in iter_modules(__path__)
    for scenario, weight in import_module(f"{__name__}.{module.name}").TASKS.items()
}
