"""Secrets and personal data do not leave the process in logs or error reports."""

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
    ],
)
def test_replaces_a_secret_in_a_text(text: str, secret: str) -> None:
    assert secret not in scrub_text(text)
    assert SCRUBBED in scrub_text(text)


def test_replaces_secrets_by_their_names_at_any_depth() -> None:
    scrubbed = scrub({"user": {"password": "hunter2", "id": 7}, "tokens": ["abc"], "page": 1})

    assert "hunter2" not in str(scrubbed)
    assert (scrubbed["user"]["id"], scrubbed["page"]) == (7, 1)
