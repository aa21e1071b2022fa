"""The current user over HTTP."""

from ninja import Router

from apps.accounts.api.schemas import CurrentUser, CurrentUserChange
from apps.accounts.api.security import AuthenticatedRequest
from apps.accounts.models import User
from apps.accounts.services import update_profile

router = Router()


@router.get("users/me/", response=CurrentUser, operation_id="users_me_retrieve")
def current_user(request: AuthenticatedRequest) -> User:
    """Whoever is signed in."""
    return request.user


@router.patch("users/me/", response=CurrentUser, operation_id="users_me_update")
def update_current_user(request: AuthenticatedRequest, change: CurrentUserChange) -> User:
    """Change what one is called."""
    changes = change.dict(exclude_unset=True)
    return update_profile(user=request.user, **changes) if changes else request.user
