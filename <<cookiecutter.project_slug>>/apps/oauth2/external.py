"""Access tokens of an outside identity provider, such as Keycloak, Entra ID or Auth0."""

import re
import time
from functools import cache
from hashlib import sha256
from typing import Any

import jwt
from allauth.socialaccount.app_settings import UID_MAX_LENGTH
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from apps.accounts.models import User
from apps.oauth2.tokens import Authenticated, InvalidToken, Unavailable

# No shared keys.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
TIMEOUT = 3
UNSTORABLE = r"\x00\ud800-\udfff"  # characters in JSON that no database keeps
PAUSE = 10  # after a failure, in which requests are refused at once instead of waiting for the timeout


class KeyClient(jwt.PyJWKClient):
    """PyJWT's client of a JWKS: keeps the keys for some minutes, and asks again for one that it does not know.

    Finds the JWKS by the issuer's metadata. Waits at most TIMEOUT for each of the two.
    """

    def __init__(self, issuer: str) -> None:
        self.metadata_url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        self.paused_until = 0.0
        super().__init__(self.metadata_url, timeout=TIMEOUT)

    def fetch_data(self) -> Any:
        if time.monotonic() < self.paused_until:
            raise jwt.PyJWKClientConnectionError("The identity provider failed a moment ago.")
        self.paused_until = time.monotonic() + PAUSE
        try:
            if self.uri == self.metadata_url:
                metadata = jwt.PyJWKClient(self.metadata_url, cache_jwk_set=False, timeout=TIMEOUT).fetch_data()
                if metadata.get("issuer") != settings.OIDC_ISSUER:
                    raise jwt.PyJWKClientConnectionError("The metadata is of another issuer.")
                self.uri = metadata["jwks_uri"]
            keys = super().fetch_data()
        except (jwt.PyJWTError, KeyError, ValueError) as error:  # an error page, for example: it says nothing of tokens
            raise jwt.PyJWKClientConnectionError("The identity provider failed.") from error
        self.paused_until = 0.0
        return keys


@cache
def key_client(issuer: str) -> KeyClient:
    return KeyClient(issuer)


def authenticate(token: str, request: HttpRequest) -> Authenticated | None:
    """Return the user and the scopes of a valid access token; None for one that does not name OIDC_ISSUER.

    Raises Unavailable if the keys are needed and cannot be read.
    """
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        if claims.get("iss") != settings.OIDC_ISSUER:
            return None
    except (jwt.PyJWTError, ValueError):  # no JWT
        return None
    try:
        key = key_client(settings.OIDC_ISSUER).get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=settings.OIDC_ISSUER,
            audience=settings.OIDC_AUDIENCE,
            leeway=30,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWKClientConnectionError, OSError) as error:
        raise Unavailable from error
    except (jwt.PyJWTError, ValueError) as error:
        raise InvalidToken from error
    scopes = claims.get("scope", claims.get("scp", ""))
    return find_or_create_user(claims), scopes if isinstance(scopes, list) else str(scopes).split()


def find_or_create_user(claims: dict[str, Any]) -> User:
    """Return the active user by issuer and subject, never by an e-mail address, which the issuer may let users choose.

    One query, unless the user is created.
    """
    if not re.fullmatch(f"[^{UNSTORABLE}]{{1,{UID_MAX_LENGTH}}}", claims["sub"]):
        raise InvalidToken
    identity = {"provider": settings.OIDC_PROVIDER, "uid": claims["sub"]}
    found = {f"socialaccount__{name}": value for name, value in identity.items()}
    user = User.objects.filter(**found).first()
    if user is None and settings.OIDC_CREATE_USERS:
        name = re.sub(f"[{UNSTORABLE}]", "", str(claims.get("name") or ""))[: User._meta.get_field("name").max_length]  # noqa: SLF001 - documented
        digest = sha256(f"{settings.OIDC_ISSUER} {claims['sub']}".encode()).hexdigest()
        user = User(email=f"{digest}@users.invalid", name=name)
        user.set_unusable_password()
        try:
            with transaction.atomic():
                user.save()
                SocialAccount.objects.create(user=user, **identity)
        except IntegrityError:  # another request has just created the user
            user = User.objects.filter(**found).first()
    if user is None or not user.is_active:
        raise InvalidToken
    return user
