"""A view of Django REST framework without permissions of its own does not pass."""

from typing import Any

from django.urls import path
from rest_framework import permissions, views

from proofs.contract.test_permissions import answer, find_unguarded


def test_catches_a_view_without_permissions() -> None:
    def unguarded(base: Any = views.APIView, **attributes: Any) -> list[str]:
        view: Any = type("Little", (base,), {"get": answer, **attributes})
        return find_unguarded([path("little/", view.as_view())])

    inherited = type("Guarded", (views.APIView,), {"permission_classes": [permissions.IsAuthenticated]})
    assert unguarded(permission_classes=[permissions.IsAuthenticated]) == []
    assert unguarded() == ["GET /little/"]
    assert unguarded(inherited) == ["GET /little/"]
    assert unguarded(permission_classes=[]) == ["GET /little/"]
    assert unguarded(permission_classes=[permissions.AllowAny]) == ["GET /little/"]
