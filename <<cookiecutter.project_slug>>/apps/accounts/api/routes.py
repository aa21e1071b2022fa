"""The current user."""

from apps.accounts.api.schemas import UserIn, UserOut
from apps.accounts.api.security import AuthenticatedRequest
from apps.accounts.models import User
from apps.accounts.services import update_profile
from apps.api.ninja.pagination import PaginatedRouter

router = PaginatedRouter()


@router.get("users/me/", response=UserOut)
def users_me_retrieve(request: AuthenticatedRequest) -> User:
    """Get the current user."""
    return request.user


@router.patch("users/me/", response=UserOut)
def users_me_update(request: AuthenticatedRequest, data: UserIn) -> User:
    """Update the current user."""
    return update_profile(user=request.user, **data.dict(exclude_unset=True))
