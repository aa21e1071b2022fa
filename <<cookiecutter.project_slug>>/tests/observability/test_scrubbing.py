"""Secrets and personal data do not leave the process in logs or error reports."""

from datetime import date
from decimal import Decimal

import pytest

from apps.observability.scrubbing import SCRUBBED, scrub, scrub_text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password=hunter2 for Ada", "hunter2"),
        ('{"access_token": "abc", "n": 3}', "abc"),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("smtp://user:secret@mail:587", "secret"),
        ("eyJhbGciOi.eyJzdWIi.c2ln expired", "eyJzdWIi"),
        ("mail to ada@example.com failed", "ada@example.com"),
        ("4111-1111-1111-1111 declined", "4111-1111-1111-1111"),
    ],
)
def test_replaces_a_secret_in_a_text(text: str, secret: str) -> None:
    assert secret not in scrub_text(text)
    assert SCRUBBED in scrub_text(text)


def test_replaces_secrets_by_their_names_at_any_depth() -> None:
    scrubbed = scrub({"user": {"password": "hunter2", "id": 7}, "tokens": ["abc"], "page": 1})

    assert "hunter2" not in str(scrubbed)
    assert (scrubbed["user"]["id"], scrubbed["page"]) == (7, 1)


def test_keeps_values_as_json_has_them() -> None:
    values = {"at": date(2026, 11, 22), "price": Decimal("1.50"), "raw": b"abc", "order": 4111111111111112, "on": True}

    assert scrub(values) == {"at": "2026-11-22", "price": "1.50", "raw": "abc", "order": 4111111111111112, "on": True}
    assert scrub([object()])[0].startswith("<object")
