"""The current user over HTTP."""

from django.http import HttpResponse
from ninja import Router

from apps.accounts.api.schemas import CurrentUser, CurrentUserChange
from apps.accounts.api.security import AuthenticatedRequest
from apps.accounts.services import update_profile
from apps.api.ninja import respond

router = Router()


@router.get("users/me/", response=CurrentUser, operation_id="users_me_retrieve")
def current_user(request: AuthenticatedRequest) -> HttpResponse:
    """Whoever is signed in."""
    return respond(request.user.as_row())


@router.patch("users/me/", response=CurrentUser, operation_id="users_me_update")
def update_current_user(request: AuthenticatedRequest, change: CurrentUserChange) -> HttpResponse:
    """Change what one is called."""
    changes = change.dict(exclude_unset=True)
    user = update_profile(user=request.user, **changes) if changes else request.user
    return respond(user.as_row())
