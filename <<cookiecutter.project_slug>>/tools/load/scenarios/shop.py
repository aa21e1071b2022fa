"""Products and orders."""

from random import choice, randint, sample
from typing import Any


def browse_orders(caller: Any) -> None:
    """Read the first two pages and one order."""
    page = caller.ask("GET", "orders/")
    if page["next"]:
        page = caller.ask("GET", page["next"], name="orders/?cursor=…")
    if page["results"]:
        order_id = choice(page["results"])["id"]
        caller.ask("GET", f"orders/{order_id}/", name="orders/{id}/")


def filter_orders(caller: Any) -> None:
    """Read the pending orders of a customer."""
    if customers := caller.ask("GET", "customers/")["results"]:
        query = f"status=pending&customer={choice(customers)['id']}"
        caller.ask("GET", f"orders/?{query}", name="orders/?status=pending&customer={id}")


def search_products(caller: Any) -> None:
    word = choice(caller.ask("GET", "products/")["results"])["name"].split()[-1]
    for product in caller.ask("GET", f"products/?search={word}", name="products/?search=…")["results"][:1]:
        caller.ask("GET", f"products/{product['id']}/", name="products/{id}/")


def order(caller: Any) -> None:
    """Create an order, change its shipping address, and confirm or cancel it."""
    customers = caller.ask("GET", "customers/")["results"]
    products = caller.ask("GET", "products/?available=true")["results"]
    if not customers or not products:
        return
    chosen = sample(products, k=min(len(products), randint(1, 10)))
    body = {
        "customer": choice(customers)["id"],
        "shipping_address": "1 High Street, Springfield",
        "items": [{"product": product["id"], "quantity": randint(1, 3)} for product in chosen],
    }
    order_id = caller.ask("POST", "orders/", body)["id"]
    caller.ask("PATCH", f"orders/{order_id}/", {"shipping_address": "2 High Street"}, name="orders/{id}/")
    action = choice(["confirm", "confirm", "cancel"])
    caller.ask("POST", f"orders/{order_id}/{action}/", name=f"orders/{{id}}/{action}/")


TASKS = {browse_orders: 20, search_products: 10, filter_orders: 8, order: 5}
