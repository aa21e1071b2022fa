"""The current user."""

from django.http.response import HttpResponseBase
from django.test import Client

from apps.accounts.models import User


def load(rows: int) -> None:
    User.objects.bulk_create((User(email=f"user{n}@example.com") for n in range(1 + rows // 100)), batch_size=5000)


def read_profile(client: Client) -> HttpResponseBase:
    return client.get("/api/v1/users/me/")


def change_profile(client: Client) -> HttpResponseBase:
    return client.patch("/api/v1/users/me/", {"name": "Ada"}, content_type="application/json")


REQUESTS = [read_profile, change_profile]
