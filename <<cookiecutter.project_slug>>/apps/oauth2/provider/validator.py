"""The rules of django-oauth-toolkit for clients, codes and tokens, made stricter."""

import re
import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from oauth2_provider.models import Grant, RefreshToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib import openid
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors

from apps.oauth2.provider.models import Application

GRANT_TYPES = {"authorization_code", "client_credentials", "refresh_token"}
S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class Server(openid.Server):
    """oauthlib's server, without the grants that are not offered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for handlers, offered in ((self.grant_types, GRANT_TYPES), (self.response_types, {"code"})):
            for name in handlers.keys() - offered:
                del handlers[name]


class Validator(OAuth2Validator):
    """Methods that read before they write are called inside the transaction of TokenView."""

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Accept a secret of confidential clients only (RFC 6749, 4.4)."""
        authenticated = super().authenticate_client(request)
        return bool(authenticated) and request.client.client_type == Application.CLIENT_CONFIDENTIAL

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return bool(provided_secret) and super()._check_secret(provided_secret, stored_secret)

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return bool(request.client.allows_redirect_to(redirect_uri))

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return set(scopes) <= set(client.scopes.split())

    def get_default_scopes(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        default = super().get_default_scopes(client_id, request)
        return [scope for scope in default if scope in request.client.scopes.split()]

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        """Refuse anything but S256 before the user is asked; the toolkit does so afterwards."""
        challenge = request.code_challenge
        if challenge is not None and request.code_challenge_method != "S256":
            raise errors.UnsupportedCodeChallengeMethodError(request=request)
        if challenge is not None and not S256_CHALLENGE.fullmatch(challenge):
            raise errors.InvalidRequestError("Invalid code_challenge.", request=request)
        return True

    def validate_silent_login(self, request: Request) -> bool:
        return True  # AuthorizationView has seen to prompt=none

    def validate_silent_authorization(self, request: Request) -> bool:
        return True

    def validate_code(
        self, client_id: str, code: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Lock the code. One that is used already takes back what it gave (RFC 6749, 4.1.2)."""
        found = Grant.objects.select_for_update().filter(code=code).first()
        if found is None:
            RefreshToken.revoke_family(family_of(code))
        return bool(super().validate_code(client_id, code, client, request)) and request.user.is_active

    def _create_refresh_token(self, request: Request, *args: Any) -> RefreshToken:
        refresh_token: RefreshToken = super()._create_refresh_token(request, *args)
        if request.grant_type == "authorization_code":
            refresh_token.token_family = family_of(request.code)
            refresh_token.save(update_fields=["token_family"])
        return refresh_token

    def validate_refresh_token(
        self, refresh_token: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Lock the token, so that of simultaneous requests the second finds it used and ends its family."""
        checksum = sha256(refresh_token.encode()).hexdigest()
        RefreshToken.objects.select_for_update().filter(token_checksum=checksum).first()
        return bool(super().validate_refresh_token(refresh_token, client, request)) and request.user.is_active

    def validate_bearer_token(self, token: str, scopes: list[str], request: Request) -> bool:
        """Accept an access token of an active user at the userinfo endpoint, never from a URL (RFC 9700, 4.3.2)."""
        valid = "Authorization" in request.headers and super().validate_bearer_token(token, scopes, request)
        return bool(valid) and request.user is not None and request.user.is_active

    def validate_jwt_bearer_token(self, token: str, scopes: list[str], request: Request) -> bool:
        """Refuse ID tokens, which are no access tokens (RFC 9700, 2.3; OpenID Connect Core, 2)."""
        return False

    def get_additional_claims(self) -> dict[str, Callable[[Request], Any]]:  # type: ignore[override]  # as documented
        """Return what the scopes `profile` and `email` add to `sub`."""
        return {"name": lambda request: request.user.name, "email": lambda request: request.user.email}


def family_of(code: str) -> uuid.UUID:
    """Return the family of the tokens that an authorization code gives, which tells them when it is gone."""
    return uuid.uuid5(uuid.NAMESPACE_OID, code)
