"""Orders."""

from django.http.response import HttpResponseBase
from django.test import Client

from apps.accounts.models import User
from apps.orders.models import Customer
from tools.rehearsal.catalog_traffic import random_pk


def load(rows: int) -> None:
    Customer.objects.create(owner=User.objects.order_by("pk")[0], name="Ada", email="ada@example.com")


def list_orders(client: Client) -> HttpResponseBase:
    return client.get("/api/v1/orders/")


def order(client: Client) -> HttpResponseBase:
    """Create and confirm an order."""
    customer = client.get("/api/v1/customers/").json()["results"][0]["id"]
    items = [{"product": random_pk(), "quantity": 1}]
    body = {"customer": customer, "shipping_address": "1 High Street", "items": items}
    created = client.post("/api/v1/orders/", body, content_type="application/json")
    return client.post(f"/api/v1/orders/{created.json()['id']}/confirm/") if created.status_code == 201 else created


REQUESTS = [list_orders, order]
