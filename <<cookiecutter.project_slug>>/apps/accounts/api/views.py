"""The current user over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.api.authentication import AuthenticatedRequest
from apps.accounts.api.serializers import CurrentUserChangeSerializer, CurrentUserSerializer
from apps.accounts.services import update_profile
from apps.api.drf import validated


class CurrentUserView(APIView):
    """Whoever is signed in."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="users_me_retrieve", responses=CurrentUserSerializer)
    def get(self, request: AuthenticatedRequest) -> Response:
        """Whoever is signed in."""
        return Response(request.user.as_row())

    @extend_schema(operation_id="users_me_update", request=CurrentUserChangeSerializer, responses=CurrentUserSerializer)
    def patch(self, request: AuthenticatedRequest) -> Response:
        """Change what one is called."""
        changes = validated(CurrentUserChangeSerializer, request.data)
        user = update_profile(user=request.user, **changes) if changes else request.user
        return Response(user.as_row())
