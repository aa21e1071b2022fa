"""Rate limits of Django REST framework views."""

from rest_framework import throttling

from apps.api.throttling import FixedWindowMixin


class UserRateThrottle(FixedWindowMixin, throttling.UserRateThrottle):  # type: ignore[misc]  # its own `wait` is a float
    """Limits each user's requests."""


class AnonRateThrottle(FixedWindowMixin, throttling.AnonRateThrottle):  # type: ignore[misc]  # as above
    """Limits the requests without valid credentials from each client IP."""


class PublicRateThrottle(AnonRateThrottle):
    """Limits the requests to public endpoints, by THROTTLE_PUBLIC instead of THROTTLE_ANON."""

    scope = "public"
