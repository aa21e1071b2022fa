"""The guards of Django Ninja's operations."""

from inspect import getclosurevars, isfunction
from typing import Any


def find_guards(view: Any) -> list[tuple[str, tuple[Any, ...]]] | None:
    """Return the methods of `view`, each with its kinds of authentication; None for a view of something else."""
    if not isfunction(view):
        return None
    operations = getattr(getclosurevars(view).nonlocals.get("self"), "operations", None)
    if operations is None:
        return None
    return [
        (method.lower(), tuple(found.auth_callbacks))
        for found in operations
        for method in found.methods
        if method != "HEAD"
    ]
