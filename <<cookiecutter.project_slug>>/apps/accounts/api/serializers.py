"""The current user over HTTP."""

from rest_framework import serializers

from apps.accounts.models import User
from apps.api.drf import StrictFieldsMixin, TextField


class CurrentUserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name", "date_joined"]
        read_only_fields = fields


class CurrentUserChangeSerializer(StrictFieldsMixin, serializers.Serializer[User]):
    """What to change about oneself."""

    name = TextField(max_length=150, allow_blank=True, required=False)
