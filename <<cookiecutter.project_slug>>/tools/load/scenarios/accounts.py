"""The current user."""

from typing import Any


def read_profile(caller: Any) -> None:
    caller.ask("GET", "users/me/")


def change_profile(caller: Any) -> None:
    name = caller.ask("GET", "users/me/")["name"]
    caller.ask("PATCH", "users/me/", {"name": name})


TASKS = {read_profile: 10, change_profile: 1}
