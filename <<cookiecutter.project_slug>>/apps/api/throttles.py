"""Throttles for Django REST framework, which imports them while it is being imported itself: hence their own module."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.api.throttling import count_user


class UserThrottle(BaseThrottle):
    """Counts a signed-in user's requests as `apps.api.throttling` does."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Return True, or raise Throttled."""
        if request.user.pk is not None:
            count_user(request.user.pk)
        return True
