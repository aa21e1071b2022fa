"""Users as rows, to test with what every project has."""

from typing import TypedDict

from apps.accounts.models import User
from apps.api.querysets import RowQuerySet
from apps.api.text import time_text


class UserRow(TypedDict):
    id: int
    name: str
    date_joined: str


class UserRows(RowQuerySet[User, UserRow]):
    def rows(self) -> list[UserRow]:
        return [{"id": user.pk, "name": user.name, "date_joined": time_text(user.date_joined)} for user in self]
