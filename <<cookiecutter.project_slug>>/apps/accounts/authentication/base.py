"""What the ways to prove who one is have in common, whichever framework serves the API."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from apps.accounts.models import User
from apps.api.errors import ApiError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a request acts for; it stands in `request.auth`.

    `scopes` is what an OAuth2 token was granted; None where the credential carries all rights of its user.
    """

    user: User
    method: str
    scopes: frozenset[str] | None = None


class AuthError(ApiError):
    """Credentials are missing, wrong or not enough.

    Args:
        status: 401 or 403.
        challenge: the `WWW-Authenticate` header; empty for none.
    """

    def __init__(self, status: int, code: str, detail: str, *, challenge: str = "") -> None:
        self.status = status
        super().__init__(code, detail)
        self.headers = {"WWW-Authenticate": challenge} if challenge else {}


class Method(ABC):
    """One way to authenticate."""

    @abstractmethod
    def authenticate(self, request: HttpRequest) -> Identity | None:
        """Return the identity behind a request, or None if it carries no credentials of this kind.

        Raises AuthError if it does, and they are not good: no other method is tried then.
        """

    @abstractmethod
    def challenge(self, request: HttpRequest) -> str:
        """Return the `WWW-Authenticate` header of a 401."""

    @abstractmethod
    def schemes(self) -> dict[str, dict[str, Any]]:
        """Return the OpenAPI security schemes, by name."""

    def requirement(self, http_method: str) -> dict[str, list[str]]:
        """Return the OpenAPI security requirement of an operation: all schemes together, with their scopes."""
        return {name: [] for name in self.schemes()}
