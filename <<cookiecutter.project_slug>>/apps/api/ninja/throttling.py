"""Rate limits of Ninja operations."""

from django.http import HttpRequest, HttpResponse
from ninja import throttling

from apps.api.ninja.http import refuse
from apps.api.throttling import FixedWindowMixin


class UserRateThrottle(FixedWindowMixin, throttling.UserRateThrottle):  # type: ignore[misc]  # its own `wait` is a float
    """Limits each user's requests."""


class AnonRateThrottle(FixedWindowMixin, throttling.AnonRateThrottle):  # type: ignore[misc]  # as above
    """Limits the requests without valid credentials from each client IP."""


class PublicRateThrottle(AnonRateThrottle):
    """Limits the requests to public endpoints, by THROTTLE_PUBLIC instead of THROTTLE_ANON."""

    scope = "public"


def refuse_too_many(request: HttpRequest) -> HttpResponse | None:
    """Count a request without valid credentials; return a 429 if there were too many."""
    throttle = AnonRateThrottle()
    if throttle.allow_request(request):
        return None
    return refuse(429, headers={"Retry-After": str(throttle.wait())})
