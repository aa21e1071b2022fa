"""Users who look at and change their own account."""

from django.http.response import HttpResponseBase
from django.test import Client

from apps.accounts.models import User


def load(rows: int) -> None:
    """One user for a hundred rows elsewhere."""
    User.objects.bulk_create((User(email=f"user{n}@example.com") for n in range(1 + rows // 100)), batch_size=5000)


def read_account(client: Client) -> HttpResponseBase:
    return client.get("/api/v1/users/me/")


def change_name(client: Client) -> HttpResponseBase:
    return client.patch("/api/v1/users/me/", {"name": "Ada"}, content_type="application/json")


REQUESTS = [read_account, change_name]
