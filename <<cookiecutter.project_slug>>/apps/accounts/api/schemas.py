"""The current user over HTTP."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from apps.api.ninja import EmailText, Input, Text


class CurrentUser(Schema):
    id: int
    email: EmailText
    name: str
    date_joined: datetime


class CurrentUserChange(Input):
    """What to change about oneself."""

    name: Text = Field(default_factory=str, max_length=150)
