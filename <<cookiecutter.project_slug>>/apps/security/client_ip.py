"""The client's address behind a known number of proxies; one answer for throttles, rate limits and logs."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Return the address that the outermost trusted proxy saw, else the peer's own; never raises.

    Each proxy appends the address it was called from, so with n proxies of ours the n-th entry from the right is the
    first that a client cannot forge. A shorter or broken header did not pass our proxies: the peer's address it is.
    """
    peer: str = request.META.get("REMOTE_ADDR") or "127.0.0.1"  # a Unix socket has no peer address
    count: int = settings.TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if count == 0 or len(forwarded) < count:
        return peer
    try:
        return str(ipaddress.ip_address(forwarded[-count].strip()))
    except ValueError:
        return peer
