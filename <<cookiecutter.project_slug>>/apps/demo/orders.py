"""Demo customers, and their orders of the last months."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem

DAYS = 180
ORDERS_PER_CUSTOMER = 8
COLLEAGUES = ["amara", "ines", "jonas", "mei"]  # other owners of orders, without a password
BATCH_SIZE = 2_000

FIRST_NAMES = "Ada Amir Anna Carlos Chen Chidi Clara Elena Fatima Grace Hana Ivan Leila Mateo Noah Olga Ravi Sofia Zoë"
LAST_NAMES = (
    "Abe Ahmed Bauer Bianchi Brown Cohen Costa Dubois Evans Garcia Haddad Ito Kim Lopez Mensah Müller Novak Tan"
)
STREETS = ["Bridge Street", "Church Lane", "Elm Road", "Harbour Street", "High Street", "Mill Lane", "Station Road"]
TOWNS = ["Ashford", "Easton", "Kingsbury", "Northgate", "Riverside", "Springfield", "Westbrook"]

# Percentage of each status, by the highest age in days that it holds for.
STATUSES = [
    (1, {OrderStatus.PENDING: 70, OrderStatus.CONFIRMED: 25, OrderStatus.CANCELLED: 5}),
    (4, {OrderStatus.PENDING: 10, OrderStatus.CONFIRMED: 55, OrderStatus.SHIPPED: 29, OrderStatus.CANCELLED: 6}),
    (DAYS + 1, {OrderStatus.SHIPPED: 94, OrderStatus.CANCELLED: 6}),
]


def create_orders(*, owner: User, seed: int, orders: int) -> Iterator[str]:
    wanted, present = orders, Order.objects.count()
    if present >= wanted:
        yield f"{present:,} orders, already there"
        return
    random, now = Random(seed), timezone.now()  # noqa: S311 - demo data, not secrets
    emails = [f"{name}@{settings.DOMAIN_NAME}" for name in COLLEAGUES]
    User.objects.bulk_create(
        [User(email=email, password=UNUSABLE_PASSWORD_PREFIX) for email in emails], ignore_conflicts=True
    )
    owners = [owner, *User.objects.exclude(pk=owner.pk).order_by("pk")[:10]]
    products = list(Product.objects.order_by("pk"))
    count = (wanted - present) // ORDERS_PER_CUSTOMER + 1
    customers = Customer.objects.bulk_create(new_customer(owners, now, random) for _ in range(count))
    yield f"{len(customers):,} customers"
    # Most of them are recent; the oldest come first, so that ids grow with time.
    ages = sorted((timedelta(days=DAYS * random.random() ** 1.6) for _ in range(wanted - present)), reverse=True)
    for batch in batched(ages, BATCH_SIZE):
        with transaction.atomic():
            created = Order.objects.bulk_create(new_order(age, random.choice(customers), now, random) for age in batch)
            OrderItem.objects.bulk_create(item for order in created for item in new_items(order, products, random))
        present += len(batch)
        yield f"{present:,} of {wanted:,} orders"


def new_customer(owners: list[User], now: datetime, random: Random) -> Customer:
    """Return an unsaved customer; more than half belong to the first of the owners."""
    return Customer(
        owner=random.choice([owners[0], random.choice(owners)]),
        name=f"{random.choice(FIRST_NAMES.split())} {random.choice(LAST_NAMES.split())}",
        email=f"customer{random.randrange(10**8):08}@example.net",  # a reserved domain: no mail is delivered
        created_at=now - timedelta(days=DAYS, seconds=random.randrange(10**7)),
    )


def new_order(age: timedelta, customer: Customer, now: datetime, random: Random) -> Order:
    """Return an unsaved order whose status fits its age."""
    percentages = next(percentages for days, percentages in STATUSES if age.days < days)
    (status,) = random.choices(list(percentages), list(percentages.values()))
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


def new_items(order: Order, products: list[Product], random: Random) -> list[OrderItem]:
    """Return one to six unsaved items."""
    (count,) = random.choices([1, 2, 3, 4, 5, 6], [30, 26, 19, 12, 8, 5])
    return [
        OrderItem(order=order, product=product, quantity=random.choice([1, 1, 1, 2, 2, 4]), unit_price=product.price)
        for product in random.sample(products, count)
    ]
