"""The guards of Django REST framework's views."""

from typing import Any

from proofs.contract.documents import METHODS


def find_guards(view: Any) -> list[tuple[str, tuple[Any, ...]]] | None:
    """Return the methods of `view`, each with its permissions; None for a view of something else.

    Only the view's own class counts: what it inherits, such as the default of the settings, is not explicit.
    """
    view_class = getattr(view, "cls", None)
    if view_class is None:
        return None
    permissions = getattr(view, "initkwargs", {}).get("permission_classes", vars(view_class).get("permission_classes"))
    guards = tuple(permission for permission in permissions or () if getattr(permission, "__name__", "") != "AllowAny")
    return [(method, guards) for method in METHODS & set(getattr(view, "actions", None) or dir(view_class))]
