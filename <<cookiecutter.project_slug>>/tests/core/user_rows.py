"""Users as rows, to test with what every project has."""

from typing import TypedDict

from apps.accounts.models import User
from apps.core.querysets import RowQuerySet


class UserRow(TypedDict):
    id: int
    email: str


class UserRows(RowQuerySet[User, UserRow]):
    def rows(self) -> list[UserRow]:
        return [{"id": pk, "email": email} for pk, email in self.values_list("pk", "email")]
