"""Whether what was measured is good enough, and whom it may be measured on."""

from ipaddress import ip_address
from urllib.parse import urlsplit

P95_MILLISECONDS = 200  # 95 of 100 requests are to be quicker


def find_faults(*, requests: int, failures: int, p95: float) -> list[str]:
    """Return what is wrong with the outcome, as sentences; nothing, if it is as promised.

    Args:
        requests: how many were sent.
        failures: how many of them were refused, broke off or were a server error: the scenarios send none in error.
        p95: how many milliseconds 95 of 100 took at most.
    """
    faults = []
    if not requests:
        faults.append("No request was sent: nothing was measured.")
    if failures:
        faults.append(f"{failures} of {requests} requests failed.")
    if p95 >= P95_MILLISECONDS:
        faults.append(f"95 of 100 requests took up to {p95:.0f} ms, not less than {P95_MILLISECONDS}.")
    return faults


def is_this_machine(address: str) -> bool:
    """Tell whether `address` leads to this machine alone."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
