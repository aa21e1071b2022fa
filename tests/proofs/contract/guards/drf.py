"""The guards of Django REST framework's views."""

from typing import Any

from proofs.contract.documents import METHODS


def find_guards(view: Any) -> list[tuple[str, tuple[Any, ...]]] | None:
    """Return the methods of `view`, each with its permissions; None for a view of something else."""
    view_class = getattr(view, "cls", None)
    if view_class is None:
        return None
    permissions = getattr(view, "initkwargs", {}).get("permission_classes", view_class.permission_classes)
    guards = tuple(permission for permission in permissions if getattr(permission, "__name__", "") != "AllowAny")
    methods = METHODS & set(getattr(view, "actions", None) or dir(view_class)) & set(view_class.http_method_names)
    return [(method, guards) for method in methods]
