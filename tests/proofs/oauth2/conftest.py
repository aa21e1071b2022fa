"""Fixtures for the tests of OAuth2."""

from proofs.accounts.conftest import api, browser, user

__all__ = ["api", "browser", "user"]
