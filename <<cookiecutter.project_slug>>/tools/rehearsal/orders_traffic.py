"""Orders that come in and are confirmed."""

from django.http.response import HttpResponseBase
from django.test import Client

from apps.accounts.models import User
from apps.orders.models import Customer
from tools.rehearsal.catalog_traffic import random_pk


def load(rows: int) -> None:
    """A customer of the user who sends the requests."""
    Customer.objects.create(owner=User.objects.order_by("pk")[0], name="Ada", email="ada@example.com")


def list_orders(client: Client) -> HttpResponseBase:
    return client.get("/api/v1/orders/")


def order(client: Client) -> HttpResponseBase:
    """Order something and confirm it."""
    customer = client.get("/api/v1/customers/").json()["results"][0]["id"]
    body = {
        "customer": customer,
        "shipping_address": "1 High Street",
        "items": [{"product": random_pk(), "quantity": 1}],
    }
    made = client.post("/api/v1/orders/", body, content_type="application/json")
    return client.post(f"/api/v1/orders/{made.json()['id']}/confirm/") if made.status_code == 201 else made


REQUESTS = [list_orders, order]
