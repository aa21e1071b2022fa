"""20,000 orders with 4 items each, half of them of the user who signs in."""

from datetime import timedelta
from itertools import batched

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.orders.models import Customer, Order, OrderItem
from django.contrib.auth import get_user_model
from django.utils import timezone

ORDERS = 20_000
ITEMS = 4


def fill() -> User:
    """Fill the empty database and return the user to sign in."""
    users = [get_user_model().objects.create_user(f"bench{number}@example.com") for number in range(2)]
    products = Product.objects.bulk_create(
        Product(sku=f"BENCH-{number:04}", name=f"Product {number}", price=f"{number % 90 + 10}.50")
        for number in range(500)
    )
    customers = [
        Customer.objects.bulk_create(
            Customer(owner=user, name=f"Customer {number}", email=f"c{number}@example.com") for number in range(100)
        )
        for user in users
    ]
    now = timezone.now()
    for numbers in batched(range(ORDERS), 2_000, strict=True):
        orders = Order.objects.bulk_create(
            Order(
                owner=users[number % 2],
                customer=customers[number % 2][number % 100],
                shipping_address="1 Long Street, Springfield",
                created_at=now - timedelta(minutes=number),
            )
            for number in numbers
        )
        OrderItem.objects.bulk_create(
            OrderItem(order=order, product=product, quantity=2, unit_price=product.price)
            for number, order in zip(numbers, orders, strict=True)
            for product in (products[(number * 7 + step * 11) % 500] for step in range(ITEMS))
        )
    return users[0]
