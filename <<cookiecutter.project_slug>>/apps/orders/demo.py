"""Customers, and some months of their orders."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.demo.data import DemoData
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem

DAYS = 180
ORDERS_PER_CUSTOMER = 8
BATCH_SIZE = 2_000

FIRST_NAMES = (
    "Ada Alan Amir Anna Barbara Carlos Chen Chidi Clara David Elena Emil Fatima Felix Grace Hana Hugo Ines Ivan Jana "
    "Kofi Lars Leila Lena Liam Maria Mateo Mila Nadia Noah Olga Omar Paulo Ravi Rosa Sara Sofia Tomás Yuki Zoë"
)
LAST_NAMES = (
    "Abe Ahmed Almeida Andersen Bauer Bianchi Brown Cohen Costa Diaz Dubois Eriksen Evans Fischer Garcia Haddad Hansen "
    "Ito Ivanova Jansen Jones Kaya Kim Kowalski Lee Lopez Martin Mensah Moreau Müller Nguyen Novak Olsen Patel Rossi "
    "Santos Silva Smith Sørensen Tan"
)
STREETS = ["Bridge Street", "Church Lane", "Elm Road", "Harbour Street", "High Street", "Mill Lane", "Station Road"]
TOWNS = ["Ashford", "Easton", "Kingsbury", "Northgate", "Riverside", "Springfield", "Westbrook"]

# How many of a hundred orders are in which status, by the age in days up to which that holds.
STATUSES = [
    (1, {OrderStatus.PENDING: 70, OrderStatus.CONFIRMED: 25, OrderStatus.CANCELLED: 5}),
    (4, {OrderStatus.PENDING: 10, OrderStatus.CONFIRMED: 55, OrderStatus.SHIPPED: 29, OrderStatus.CANCELLED: 6}),
    (DAYS, {OrderStatus.SHIPPED: 94, OrderStatus.CANCELLED: 6}),
]


class Demo(DemoData):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--orders", type=int, default=3_000, help="How many orders there shall be (default: %(default)s)."
        )

    def load(self, *, owner: User, random: Random, options: Mapping[str, Any]) -> Iterator[str]:
        wanted = options["orders"]
        present = Order.objects.count()
        if present >= wanted:
            yield f"{present:,} orders, already there"
            return
        now = timezone.now()
        colleagues = list(User.objects.exclude(pk=owner.pk).order_by("pk")[:10])
        products = list(Product.objects.order_by("pk"))
        customers = _new_customers((wanted - present) // ORDERS_PER_CUSTOMER + 1, [owner, *colleagues], now, random)
        yield f"{len(customers):,} customers"
        # The oldest first, so that numbers grow with time.
        ages = sorted((_age(random) for _ in range(wanted - present)), reverse=True)
        for start in range(0, len(ages), BATCH_SIZE):
            batch = ages[start : start + BATCH_SIZE]
            with transaction.atomic():
                orders = Order.objects.bulk_create(
                    _new_order(age, random.choice(customers), now, random) for age in batch
                )
                OrderItem.objects.bulk_create(
                    item for order in orders for item in _new_items(order, products, now, random)
                )
            yield f"{present + start + len(batch):,} of {wanted:,} orders"


def _age(random: Random) -> timedelta:
    """Return how long ago somebody ordered: business grows, so rather of late."""
    return timedelta(days=DAYS * random.random() ** 1.6, seconds=random.randrange(3_600))


def _new_customers(count: int, owners: list[User], now: datetime, random: Random) -> list[Customer]:
    """Save and return customers; the first of the owners looks after the most."""
    first_names, last_names = FIRST_NAMES.split(), LAST_NAMES.split()
    customers = [
        Customer(
            owner=random.choice([owners[0], random.choice(owners)]),
            name=f"{random.choice(first_names)} {random.choice(last_names)}",
            # example.net belongs to nobody: what is sent there reaches no one
            email=f"customer{random.randrange(10**8):08}@example.net",
            created_at=now - timedelta(days=DAYS, seconds=random.randrange(10**7)),
        )
        for _ in range(count)
    ]
    return Customer.objects.bulk_create(customers, batch_size=BATCH_SIZE)


def _new_order(age: timedelta, customer: Customer, now: datetime, random: Random) -> Order:
    odds = next(odds for days, odds in STATUSES if age.days < days or days == DAYS)
    (status,) = random.choices(list(odds), list(odds.values()))
    shipped = status == OrderStatus.SHIPPED
    confirmed = shipped or status == OrderStatus.CONFIRMED
    return Order(
        owner_id=customer.owner_id,
        customer=customer,
        status=status,
        shipping_address=f"{random.randrange(1, 200)} {random.choice(STREETS)}\n{random.choice(TOWNS)}",
        tracking_number=f"TR{random.randrange(10**10):010}" if shipped else "",
        confirmation_sent_at=now - age * random.uniform(0.9, 0.99) if confirmed else None,
        created_at=now - age,
    )


def _new_items(order: Order, products: list[Product], now: datetime, random: Random) -> list[OrderItem]:
    """Return one to six items; what was ordered long ago was a little cheaper."""
    rebate = Decimal("0.95") if order.created_at < now - timedelta(days=DAYS / 2) else Decimal(1)
    (count,) = random.choices([1, 2, 3, 4, 5, 6], [30, 26, 19, 12, 8, 5])
    return [
        OrderItem(
            order=order,
            product=product,
            quantity=random.choice([1, 1, 1, 2, 2, 4]),
            unit_price=(product.price * rebate).quantize(Decimal("0.01")),
        )
        for product in random.sample(products, count)
    ]
