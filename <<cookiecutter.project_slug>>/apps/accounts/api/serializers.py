"""Serializers of users."""

from apps.accounts.models import User
from apps.api.drf.serializers import ModelSerializer


class CurrentUserSerializer(ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name", "date_joined"]
        read_only_fields = ["email", "date_joined"]
