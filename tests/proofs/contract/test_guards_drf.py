"""A view of Django REST framework without permissions of its own does not pass."""

from typing import Any

from django.urls import path
from rest_framework import permissions, views

from proofs.contract.test_permissions import answer, find_unguarded


def test_catches_a_view_without_permissions() -> None:
    def unguarded(**attributes: Any) -> list[str]:
        view: Any = type("Little", (views.APIView,), {"get": answer, **attributes})
        return find_unguarded([path("little/", view.as_view())])

    assert unguarded(permission_classes=[permissions.IsAuthenticated]) == []
    assert unguarded() == []  # by the default of the settings
    assert unguarded(permission_classes=[]) == ["GET /little/"]
    assert unguarded(permission_classes=[permissions.AllowAny]) == ["GET /little/"]
