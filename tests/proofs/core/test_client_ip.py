"""Whose address counts, behind no, one and two proxies."""

from typing import Any

import pytest
from django.test import RequestFactory

from apps.security.client_ip import client_ip, client_network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "9.9.9.9"),
        (1, "", "9.9.9.9"),
        (1, "unknown", "9.9.9.9"),
        (1, "::1", "::1"),
        (1, "1.1.1.1:4711", "1.1.1.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, '"[2001:db8::1]:4711"', "2001:db8::1"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
        (1, "[::ffff:1.1.1.1]:4711", "1.1.1.1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "6.6.6.6, 1.1.1.1 ", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1, ", "1.1.1.1"),
        (2, "6.6.6.6,1.1.1.1:1,\t2.2.2.2:2 ", "1.1.1.1"),
        (1, "1.1.1.1:port:what", "9.9.9.9"),
        (1, "é", "9.9.9.9"),
    ],
)
def test_only_entries_of_our_own_proxies_count(settings: Any, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="9.9.9.9")
    assert client_ip(request) == expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("9.9.9.9", "9.9.9.9"),
        ("::ffff:9.9.9.9", "9.9.9.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", "127.0.0.1"),
    ],
)
def test_all_addresses_that_one_client_has_are_one_network(peer: str, expected: str) -> None:
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=peer)) == expected
