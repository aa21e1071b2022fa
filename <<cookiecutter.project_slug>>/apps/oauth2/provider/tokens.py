"""Access tokens of the provider."""

from hashlib import sha256

from django.http import HttpRequest
from oauth2_provider.models import AccessToken

from apps.accounts.models import User
from apps.oauth2.tokens import Authenticated, InvalidToken


def authenticate(token: str, request: HttpRequest) -> Authenticated | None:
    """Return the user and the scopes of a valid access token; None for a JWT, which the provider does not issue.

    A client-credentials token has no user and acts for the owner of its client.
    """
    if "." in token:
        return None
    checksum = sha256(token.encode()).hexdigest()
    stored = AccessToken.objects.select_related("user", "application__user").filter(token_checksum=checksum).first()
    if stored is None or stored.application is None or stored.is_expired():
        raise InvalidToken
    if not stored.allows_audience(request.build_absolute_uri(request.path)):
        raise InvalidToken
    user: User | None = stored.user or stored.application.user
    if user is None or not user.is_active:
        raise InvalidToken
    return user, [scope for scope in stored.scope.split() if scope in stored.application.scopes.split()]
