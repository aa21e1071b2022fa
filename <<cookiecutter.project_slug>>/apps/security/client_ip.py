"""The client's IP address behind proxies, for throttles, rate limits and logs."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Return the client IP that the outermost of TRUSTED_PROXY_COUNT proxies saw, else that of the peer; never raise.

    Each proxy appends the IP of its caller to X-Forwarded-For, so with n proxies the n-th entry from the right is
    the first that a client cannot forge.
    """
    peer = parse_ip(request.META.get("REMOTE_ADDR", "")) or "127.0.0.1"  # a Unix socket has no peer IP
    count: int = settings.TRUSTED_PROXY_COUNT
    forwarded = [entry for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()]
    return parse_ip(forwarded[-count]) or peer if 0 < count <= len(forwarded) else peer


def client_network(request: HttpRequest) -> str:
    """Return the key of the client for a rate limit: its IPv4 address, or the /64 network of its IPv6 address."""
    address = ip_address(client_ip(request))
    return str(ip_network((address, 64), strict=False) if isinstance(address, IPv6Address) else address)


def parse_ip(text: str) -> str:
    """Return the IP in `ip`, `ip:port`, `[ip]` or `[ip]:port`, or an empty string. IPv4 in IPv6 becomes IPv4."""
    text = text.strip(' \t"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
