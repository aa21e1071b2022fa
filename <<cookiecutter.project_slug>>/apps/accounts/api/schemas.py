"""The current user over HTTP."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from apps.core.api.ninja import Input, Text


class CurrentUser(Schema):
    id: int
    email: str
    name: str
    date_joined: datetime


class CurrentUserChange(Input):
    name: Text = Field("", max_length=150)
