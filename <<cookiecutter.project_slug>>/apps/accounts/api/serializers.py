"""The current user over HTTP."""

from rest_framework import serializers

from apps.accounts.models import User
from apps.core.api.drf import StrictFieldsMixin


class CurrentUserSerializer(StrictFieldsMixin, serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name", "date_joined"]
        read_only_fields = ["id", "email", "date_joined"]
