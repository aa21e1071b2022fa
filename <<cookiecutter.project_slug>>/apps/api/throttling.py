"""How often somebody may ask: so many requests in each minute, hour or day, counted in the cache.

Users are counted by their id, visitors by their address; a request that fails to prove who sent it counts as a
visitor's, so that tokens cannot be guessed without end. Counting by the clock (a fixed window) takes two operations
on the cache, however many requests are allowed, and admits at worst twice the rate across the turn of a window.
"""

import math
import re
import time
from collections.abc import Callable
from functools import cache as remember
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from apps.security.client_ip import client_ip
from apps.api.errors import Throttled, envelope

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@remember
def parse_rate(rate: str) -> tuple[int, int]:
    """Return (requests, seconds) for a rate such as `600/min` or `10/hour`.

    Raises:
        ImproperlyConfigured: it is not of that form.
    """
    if not (match := re.fullmatch(r"([1-9][0-9]*)/([smhd])[a-z]*", rate)):
        raise ImproperlyConfigured(f"{rate!r} is no rate: write so many requests per s, min, hour or day: 600/min.")
    return int(match[1]), SECONDS[match[2]]


def count_request(scope: str, who: str) -> None:
    """Count one request of `who` against the rate for `scope` in THROTTLE_RATES.

    While the cache does not answer, nothing is counted and everybody let through.

    Raises:
        Throttled: that was one too many.
    """
    limit, seconds = parse_rate(settings.THROTTLE_RATES[scope])
    now = time.time()
    window = int(now // seconds)
    key = f"throttle:{scope}:{who}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache is down, or was full
        return
    if count > limit:
        raise Throttled(wait=math.ceil((window + 1) * seconds - now))


def count_user(user_id: int) -> None:
    """Count one request of a signed-in user. Raises Throttled."""
    count_request("user", str(user_id))


def count_visitor(request: HttpRequest) -> None:
    """Count one request that proves nobody's identity. Raises Throttled."""
    count_request("anon", client_ip(request))


def throttle_visitors(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view that everybody may ask: too many requests from one address are a 429."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            count_visitor(request)
        except Throttled as error:
            return JsonResponse(envelope(429), status=429, headers=error.headers)
        return view(request, *args, **kwargs)

    return wrapper
