"""Schemas of the current user."""

from ninja import ModelSchema

from apps.accounts.models import User
from apps.api.ninja.schemas import Input


class UserOut(ModelSchema):
    class Meta:
        model = User
        fields = ["id", "email", "name", "date_joined"]


class UserIn(Input, ModelSchema):
    class Meta:
        model = User
        fields = ["name"]
