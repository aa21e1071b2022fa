"""Throttles of Ninja operations."""

from django.http import HttpRequest, HttpResponse
from ninja import throttling

from apps.api.errors import Throttled
from apps.api.ninja.http import refuse
from apps.api.throttling import count_user, count_visitor


class UserRateThrottle(throttling.BaseThrottle):
    seconds = 0

    def allow_request(self, request: HttpRequest) -> bool:
        try:
            count_user(request.user.pk)
        except Throttled as error:
            self.seconds = int(error.headers["Retry-After"])
            return False
        return True

    def wait(self) -> float:
        return self.seconds


class AnonRateThrottle(throttling.BaseThrottle):
    seconds = 0

    def allow_request(self, request: HttpRequest) -> bool:
        try:
            count_visitor(request)
        except Throttled as error:
            self.seconds = int(error.headers["Retry-After"])
            return False
        return True

    def wait(self) -> float:
        return self.seconds


def refuse_too_many(request: HttpRequest) -> HttpResponse | None:
    """Count a request of nobody, and return a 429 if it was one too many."""
    throttle = AnonRateThrottle()
    if throttle.allow_request(request):
        return None
    return refuse(429, headers={"Retry-After": str(throttle.wait())})
