"""Services that a proof needs. Without one it is skipped; where CI is set, it fails."""

import os

import pytest


def without(service: str, reason: object) -> None:
    """Skip the running test for lack of `service`; where CI is set, fail it."""
    message = f"{service} is needed and cannot be used: {reason}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
