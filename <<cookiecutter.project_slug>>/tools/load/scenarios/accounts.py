"""People look at their own account."""

from tools.load.scenarios import Caller


def look_at_oneself(caller: Caller) -> None:
    """What a page does when it is opened."""
    caller.ask("GET", "users/me/")


def rename_oneself(caller: Caller) -> None:
    """What hardly anybody does."""
    name = caller.ask("GET", "users/me/")["name"]
    caller.ask("PATCH", "users/me/", {"name": name})


TASKS = {look_at_oneself: 10, rename_oneself: 1}
