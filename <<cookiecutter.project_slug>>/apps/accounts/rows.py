"""Users as the API shows them."""

from datetime import datetime
from typing import TypedDict

from apps.api.text import time_text


class UserRow(TypedDict):
    id: int
    email: str
    name: str
    date_joined: str


def user_row(pk: int, email: str, name: str, date_joined: datetime) -> UserRow:
    """Return the row for these values of a user."""
    return {"id": pk, "email": email, "name": name, "date_joined": time_text(date_joined)}
