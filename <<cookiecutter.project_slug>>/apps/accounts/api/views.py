"""Views of users."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import RetrieveUpdateAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.serializers import BaseSerializer

from apps.accounts.api.authentication import AuthenticatedRequest
from apps.accounts.api.serializers import CurrentUserSerializer
from apps.accounts.models import User
from apps.accounts.services import update_profile


@extend_schema_view(
    get=extend_schema(operation_id="users_me_retrieve", summary="Get the current user"),
    patch=extend_schema(operation_id="users_me_update", summary="Update the current user"),
)
class CurrentUserView(RetrieveUpdateAPIView[User]):
    permission_classes = [IsAuthenticated]
    serializer_class = CurrentUserSerializer
    http_method_names = ["get", "head", "patch"]
    request: AuthenticatedRequest

    def get_object(self) -> User:
        return self.request.user

    def perform_update(self, serializer: BaseSerializer[User]) -> None:
        update_profile(user=self.request.user, **serializer.validated_data)
