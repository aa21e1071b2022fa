"""Limits for the results, and the hosts that may be loaded."""

from ipaddress import ip_address
from urllib.parse import urlsplit

P95_MILLISECONDS = 200


def find_faults(*, requests: int, failures: int, p95: float) -> list[str]:
    """Return what is wrong with the results, as sentences; nothing if they are as promised."""
    faults = []
    if not requests:
        faults.append("No request was sent: nothing was measured.")
    if failures:
        faults.append(f"{failures} of {requests} requests failed.")
    if p95 >= P95_MILLISECONDS:
        faults.append(f"95 of 100 requests took up to {p95:.0f} ms, not less than {P95_MILLISECONDS}.")
    return faults


def is_this_machine(url: str) -> bool:
    """Return whether `url` leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
