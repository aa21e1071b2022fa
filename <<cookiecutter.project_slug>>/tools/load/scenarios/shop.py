"""People look through orders and products, and some order."""

from random import choice, randint, sample

from tools.load.scenarios import Caller


def look_through_orders(caller: Caller) -> None:
    """The newest, the page after them, and one of those."""
    page = caller.ask("GET", "orders/")
    if page["next"]:
        page = caller.ask("GET", page["next"], name="orders/?cursor=…")
    if page["results"]:
        order = choice(page["results"])["id"]
        caller.ask("GET", f"orders/{order}/", name="orders/{id}/")


def see_what_waits(caller: Caller) -> None:
    """The pending orders of one customer, found among all customers."""
    if customers := caller.ask("GET", "customers/")["results"]:
        customer = choice(customers)["id"]
        caller.ask("GET", f"orders/?status=pending&customer={customer}", name="orders/?status=pending&customer={id}")


def look_for_products(caller: Caller) -> None:
    """A word, and one of the products it is in."""
    word = choice(caller.ask("GET", "products/")["results"])["name"].split()[-1]
    for product in caller.ask("GET", f"products/?search={word}", name="products/?search=…")["results"][:1]:
        caller.ask("GET", f"products/{product['id']}/", name="products/{id}/")


def order(caller: Caller) -> None:
    """Order a few things, correct the address, and confirm it or think better of it."""
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
    made = caller.ask("POST", "orders/", body)["id"]
    caller.ask("PATCH", f"orders/{made}/", {"shipping_address": "2 High Street"}, name="orders/{id}/")
    action = choice(["confirm", "confirm", "cancel"])
    caller.ask("POST", f"orders/{made}/{action}/", name=f"orders/{{id}}/{action}/")


TASKS = {look_through_orders: 20, look_for_products: 10, see_what_waits: 8, order: 5}
