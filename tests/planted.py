"""Faults for the audit of a generated project to find: each in a line that ends with "fault:" and the rule."""

# Whole files, and what is replaced in others; LATEST is the last migration of an app.
FILES = {
    "apps/orders/planted.py": '''\
"""Faults in code that nothing runs."""

import httpx
import requests
from django.core.mail import EmailMessage, send_mail
from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.shortcuts import render

from apps.catalog.models import Product
from apps.orders.models import Customer, Order
from apps.orders.tasks import send_order_confirmation


def in_a_loop(ids):
    for pk in ids:
        print(Product.objects.get(pk=pk))  # fault: QRY001


def in_a_comprehension(customers):
    return [Order.objects.filter(customer=customer).count() for customer in customers]  # fault: QRY001


def of_a_variable(customers):
    orders = Order.objects.filter(status="pending")
    for customer in customers:
        if orders.filter(customer=customer).exists():  # fault: QRY001
            print(customer)


def each_saved():
    for product in Product.objects.filter(available=True):
        product.available = False
        product.save(update_fields=["available"])  # fault: QRY001


def page(request):
    return render(request, "landing.html", {"products": Product.objects.all()})  # fault: QRY002


def every_customer():
    return Customer.objects.select_related("owner").all()


def indirect_page(request):
    return render(request, "landing.html", {"rows": list(every_customer())})  # fault: QRY002


def number(user):
    return len(Order.objects.filter(owner=user))  # fault: QRY003


def any_there(user):
    orders = Order.objects.filter(owner=user)
    if orders:  # fault: QRY003
        return "yes"
    return "no"


def none_there(user):
    return "no" if not Order.objects.for_user(user) else "yes"  # fault: QRY003


def change(pk):
    order = Order.objects.get(pk=pk)
    order.shipping_address = "elsewhere"
    order.save()  # fault: QRY004


def change_by_name(order, name, value):
    setattr(order, name, value)
    order.save()  # fault: QRY004


@transaction.atomic
def confirm(order):
    order.save(update_fields=["status"])
    send_order_confirmation.delay(order_id=order.pk)  # fault: TRX001


def tell_a_worker(order):
    send_order_confirmation.apply_async(kwargs={"order_id": order.pk})


def confirm_indirectly(order):
    with transaction.atomic():
        order.save(update_fields=["status"])
        tell_a_worker(order)  # fault: TRX001


@transaction.atomic()
def pay(order):
    requests.post("https://example.com/pay", timeout=5, json={"order": order.pk})  # fault: TRX002


def rate():
    return httpx.get("https://example.com/rate").json()


def convert(order):
    with transaction.atomic():
        return order.total * rate()  # fault: TRX002


def mail(order):
    with transaction.atomic():
        send_mail("Subject", "Text", None, [order.customer.email])  # fault: TRX003


@transaction.atomic
def message(order):
    letter = EmailMessage("Subject", "Text", None, [order.customer.email])
    letter.send()  # fault: TRX003


@receiver(post_save, sender=Order)
def saved(instance, **kwargs):
    send_mail("Subject", "Text", None, ["a@example.com"])  # fault: TRX004


def deleted(instance, **kwargs):
    send_order_confirmation.delay(order_id=instance.pk)  # fault: TRX004


post_delete.connect(deleted, sender=Order)


def find(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM catalog_product WHERE name = '{name}'")  # fault: S608
        return cursor.fetchall()


def extra(name):
    return Product.objects.extra(where=[f"name = '{name}'"])  # fault: S610


def silenced(order):
    order.tracking_number = ""
    order.save()  # fault: QRY004 # audit: ignore[QRY004]
''',
    "apps/orders/planted_tasks.py": '''\
"""Tasks without what they need."""

from celery import shared_task

from apps.outbox.base import BaseTask


@shared_task(base=BaseTask, queue_name="maintenance")
def endless():  # fault: TSK001
    """Run for ever."""


OPTIONS = {"base": BaseTask, "queue_name": "maintenance"}
LIMITED = {"soft_time_limit": 5, "time_limit": 10}


@shared_task(**OPTIONS)
def endless_by_name():  # fault: TSK001 TSK002
    """Run for ever, with options of a variable."""


@shared_task(base=BaseTask, queue_name="maintenance", **LIMITED)
def limited_by_name():
    """Run for ten seconds."""


@shared_task(queue_name="maintenance", soft_time_limit=5, time_limit=10)
def hopeless():  # fault: TSK002
    """Fail once."""


@shared_task(base=BaseTask, queue_name="maintenance", time_limit=None)
def unlimited():  # fault: TSK001
    """Run for ever, on purpose."""


class Swept(BaseTask):
    queue_name = "maintenance"
    time_limit = 10


@shared_task(base=Swept)
def swept():
    """Run with what its base class declares."""


@shared_task(base=BaseTask, soft_time_limit=5, time_limit=10)
def anywhere():  # fault: TSK003
    """Run in any queue."""


@shared_task(base=Swept, max_retries=0)
def resigned():  # fault: TSK002
    """Fail once, whatever its base class declares."""


@shared_task(base=Swept, autoretry_for=())
def indifferent():  # fault: TSK002
    """Fail once, whatever fails."""


@shared_task(base=Swept, bind=True, autoretry_for=())
def patient(self):
    """Decide itself when to run again."""
    raise self.retry(countdown=60)


class Imported(Swept):  # fault: TSK001
    time_limit = None

    def run(self):
        """Run for ever."""


class Kept(Swept):
    def run(self):
        """Run with what its base class declares."""
''',
    "apps/orders/planted_forms.py": '''\
"""Fields, permissions and throttles that are open."""

from django import forms
from ninja import ModelSchema, Router
from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny

from apps.catalog.models import Product
from apps.orders.models import Customer, Order


class ProductForm(forms.ModelForm):
    class Meta:
        model = Product
        fields = "__all__"  # fault: DJ007


class AllSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = "__all__"  # fault: API003


class CountSerializer(serializers.ModelSerializer):
    orders = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = ["id", "orders"]

    def get_orders(self, customer):
        return customer.orders.filter(status="pending").count()  # fault: QRY005


class AllSchema(ModelSchema):
    class Meta:
        model = Product
        fields = "__all__"  # fault: API003


class Open(viewsets.ReadOnlyModelViewSet):
    permission_classes = [AllowAny]  # fault: API001
    throttle_classes = []  # fault: API002
    queryset = Product.objects.all()
    serializer_class = AllSerializer


class Unscoped(viewsets.ReadOnlyModelViewSet):
    queryset = Order.objects.with_details()  # fault: API004
    serializer_class = AllSerializer


router = Router()


@router.get("open/", auth=None)  # fault: API001
def open_list(request) -> list[str]:
    return []


@router.get("endless/", throttle=[])  # fault: API002
def endless_list(request) -> list[str]:
    return []


@router.get("unscoped/")
def unscoped(request, pk: int) -> str:  # fault: API004
    return Customer.objects.get(pk=pk).name
''',
    "apps/orders/planted_api.py": '''\
"""Endpoints that answer correctly and slowly."""

from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from ninja import Field, FilterLookup, FilterSchema, ModelSchema, Query, Router, Schema
from ninja.pagination import paginate
from rest_framework import serializers, viewsets
from rest_framework.decorators import api_view
from rest_framework.filters import OrderingFilter
from rest_framework.response import Response

from apps.catalog.models import Product
from apps.orders.models import Customer, Order


class PlainCustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "name"]


class NestedSerializer(serializers.ModelSerializer):
    customer = PlainCustomerSerializer()
    of_owner = serializers.ReadOnlyField(source="customer.owner.name")

    class Meta:
        model = Order
        fields = ["id", "customer", "of_owner"]


class Nested(viewsets.ReadOnlyModelViewSet):  # fault: RUN001 RUN005
    serializer_class = NestedSerializer
    queryset = Order.objects.none()

    def get_queryset(self):
        return Order.objects.filter(owner=self.request.user)


class NaiveSerializer(serializers.ModelSerializer):
    customer = serializers.SerializerMethodField()
    count = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["id", "customer", "count"]

    def get_customer(self, order: Any) -> str:
        return order.customer.name  # fault: RUN001

    def get_count(self, order: Any) -> int:
        return order.items.count()  # fault: RUN001


class Naive(viewsets.ReadOnlyModelViewSet):  # fault: RUN004 RUN005
    serializer_class = NaiveSerializer
    queryset = Order.objects.all()
    filter_backends = [OrderingFilter]
    ordering_fields = ["confirmation_sent_at"]

    def get_queryset(self):
        return self.queryset.filter(owner=self.request.user)


router = Router()


class CustomerRow(ModelSchema):
    newest: str

    class Meta:
        model = Customer
        fields = ["id"]

    @staticmethod
    def resolve_newest(customer: Any) -> str:
        for order in customer.orders.order_by("-pk")[:1]:  # fault: RUN001
            return str(order)
        return ""


@router.get("planted-customers/", response=list[CustomerRow])  # fault: RUN005
def rows(request):
    return list(Customer.objects.filter(owner=request.user)[:25])


class ProductRow(ModelSchema):
    class Meta:
        model = Product
        fields = ["id", "name"]


@router.get("planted-products/", response=list[ProductRow])  # fault: RUN003
def everything(request):
    return [*Product.objects.order_by("pk").iterator()]


@router.get("planted-tracked/", response=list[str])
def tracked(request):
    return list(Order.objects.filter(owner=request.user, tracking_number__startswith="x").values_list("tracking_number", flat=True))


class Filters(FilterSchema):
    address: Annotated[str | None, FilterLookup("shipping_address__startswith")] = None
    status: str | None = None


@router.get("planted-filtered/", response=list[int])  # fault: RUN004
def filtered(request, filters: Query[Filters]):
    return list(filters.filter(Order.objects.filter(owner=request.user)).values_list("pk", flat=True)[:25])


@extend_schema(exclude=True)
@api_view(["GET"])
def function(request):
    found = [Order.objects.filter(owner=request.user).count() for _ in range(4)]  # fault: RUN006
    orders = Order.objects.filter(owner=request.user).defer("shipping_address")[:50]
    return Response([*found, *map(email_of, orders)])


def email_of(order):
    return order.customer.email  # fault: RUN001


class AnyOrder(viewsets.ReadOnlyModelViewSet):  # fault: RUN004
    serializer_class = PlainCustomerSerializer
    queryset = Customer.objects.none()
    filter_backends = [OrderingFilter]
    ordering_fields = "__all__"

    def get_queryset(self):
        return Customer.objects.filter(owner=self.request.user)


class OrderRow(Schema):
    customer_name: str = Field(alias="customer.name")


@router.get("planted-paginated/", response=list[OrderRow])  # fault: RUN001
@paginate
def paginated(request):
    return Order.objects.filter(owner=request.user).defer("shipping_address")


@router.get("planted-sliced/", response=list[OrderRow])  # fault: RUN001
def sliced(request):
    return Order.objects.filter(owner=request.user).defer("shipping_address")[:100]


@router.get("planted-async/", response=list[str])
async def coroutine(request):
    found = []
    async for order in Order.objects.filter(owner=request.user).defer("shipping_address")[:40]:
        customer = await Customer.objects.aget(pk=order.customer_id)  # fault: RUN001
        found.append(customer.name)
    return found


class OldFilters(FilterSchema):
    sent: str | None = Field(None, q="confirmation_sent_at__date")


@router.get("planted-old-filters/", response=list[int])  # fault: RUN004
def old_filters(request, filters: Query[OldFilters]):
    return list(filters.filter(Order.objects.filter(owner=request.user)).values_list("pk", flat=True)[:25])


@router.get("planted-orders/{int:order_id}/", response=list[str])
def names(request, order_id: int):
    order = get_object_or_404(Order, pk=order_id, owner=request.user)
    return [item.product.name for item in order.items.all()]  # fault: RUN001
''',
    # Written when the rules were done, to see whether they find more than what they were made with.
    "apps/orders/planted_later.py": '''\
"""More faults in code that nothing runs."""

import urllib.request

import requests
from django.db import transaction
from django.db.models.expressions import RawSQL
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.http import JsonResponse
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.orders.models import Customer, Order


def rename(customers):
    for number, customer in enumerate(customers):
        Customer.objects.filter(pk=customer.pk).update(name=f"Customer {number}")  # fault: QRY001


def first_orders(customers):
    return {customer.pk: customer.orders.first() for customer in customers}  # fault: QRY001


def has_pending(user):
    return bool(Order.objects.for_user(user).filter(status="pending"))  # fault: QRY003


def fetch(order):
    with transaction.atomic():
        order.delete()
        return urllib.request.urlopen("https://example.com/")  # fault: TRX002


@receiver(m2m_changed, sender=User.groups.through)
def grouped(instance, **kwargs):
    requests.get("https://example.com/", timeout=5)  # fault: TRX004


def names(request):
    return JsonResponse([product.name for product in Product.objects.order_by("name").all()], safe=False)  # fault: QRY002


def cheaper(limit):
    return Product.objects.annotate(cheap=RawSQL("price < %d" % limit, []))  # fault: S611


@api_view(["GET"])
@permission_classes([AllowAny])  # fault: API001
def hello(request):
    return Response("hello")
''',
    # Other shapes of the same faults, and code that resembles them and is right.
    "apps/orders/planted_shapes.py": '''\
"""Faults in other words, in code that nothing runs."""

import functools

import httpx as web
import requests
from django.core import mail
from django.core.mail import EmailMessage, send_mail as deliver
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.generic import ListView
from psycopg import sql
from rest_framework import generics, serializers, views, viewsets
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from apps.catalog.models import Product
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order
from apps.orders.tasks import send_order_confirmation

TABLE = "catalog_product"
COLUMNS = {"name": "name", "price": "price"}
TEMPLATE = "name = '{}'"


def by_shortcut(ids):
    return [get_object_or_404(Product, pk=pk).name for pk in ids]  # fault: QRY001


def by_condition(ids):
    for pk in ids:
        if not Product.objects.filter(pk=pk).exists():  # fault: QRY001
            continue
        Product.objects.create(sku=pk)  # fault: QRY001


def by_relation(orders):
    for order in orders:
        for item in order.items.select_related("product"):  # fault: QRY001
            print(item)


def of_relation(orders):
    return sum(order.customer.orders.filter(status="pending").count() for order in orders)  # fault: QRY001


def owners():
    customers = Customer.objects.filter(name="a").order_by("pk")
    return [(customer.owner_id, customer.owner.email) for customer in customers]  # fault: QRY001


def names_of_customers():
    for order in Order.objects.all():
        print(order.customer.name)  # fault: QRY001


def of_each(customers):
    for customer in customers:
        for order in Order.objects.filter(customer=customer):  # fault: QRY001
            print(order)
        print(list(Order.objects.filter(owner=customer.owner_id)))  # fault: QRY001


def fine_keys():
    for order in Order.objects.select_related("customer"):
        print(order.customer.name)
    for order in Order.objects.with_details():
        print(order.customer.name)
    return [order.customer.pk for order in Order.objects.all()]


def by_positional(keys):
    for key in keys:
        print(Product.objects.get(key))  # fault: QRY001


def renamed(products, prices):
    for product, price in zip(products, prices):
        product.price = price
        product.save()  # fault: QRY001 QRY004


def fine_loops(ids, mapping):
    for key in ids:
        print(mapping.get(key))
    for product in Product.objects.filter(pk__in=ids):
        print(product.name)
    for product in [Product(name=str(pk)) for pk in ids]:
        return Product.objects.filter(name=product.name).first()
    for status in ("pending", "shipped"):
        print(Order.objects.filter(status=status).count())
    for status in OrderStatus:
        print(Order.objects.filter(status=status).count())
    for key in ids:
        if not key:
            Product.objects.filter(pk=key).delete()
            break
    for number in range(3):
        print(Product.objects.filter(pk=number).exists())
    return None


def count_listed(user):
    return len(list(Order.objects.filter(owner=user)))  # fault: QRY003


def numbers_of_customers(user):
    return len(set(Order.objects.filter(owner=user).values_list("customer", flat=True)))  # fault: QRY003


def first_listed(user):
    return list(Order.objects.filter(owner=user))[0]  # fault: QRY003


def until_none(user: Customer, orders: QuerySet[Order]):
    if user and len(orders) > 3:  # fault: QRY003
        return "many"
    return "few"


def in_a_while(user):
    while Order.objects.filter(owner=user):  # fault: QRY003
        Order.objects.filter(owner=user).first().delete()


def asserted(orders):
    found = orders.exclude(status="pending")
    found = found.filter(owner=None)
    assert found, "none"


def chosen(user):
    pending = Order.objects.filter(owner=user)
    return 1 if pending and user else 0  # fault: QRY003


def fine_lengths(user):
    rows = Order.objects.filter(owner=user)
    rows = list(rows)
    if rows:
        print(len(rows))
    shown = Order.objects.filter(owner=user)
    if not shown:
        return []
    return [order.pk for order in shown]


def increase(pk):
    product = Product.objects.get(pk=pk)
    product.price += 1
    product.save()  # fault: QRY004


def of_the_request(request):
    request.user.name = "new"
    request.user.save()  # fault: QRY004


async def later(pk):
    product = await Product.objects.aget(pk=pk)
    product.price = 1
    await product.asave()  # fault: QRY004


class Stamped(Model):
    class Meta:
        abstract = True

    def close(self):
        self.closed = True
        self.save()  # fault: QRY004


def fine_saves(pk, form):
    product = Product(name="new")
    product.price = 1
    product.save()
    copy = Product.objects.get(pk=pk)
    copy.pk = None
    copy.name = "copy"
    copy.save()
    order = form.save(commit=False)
    order.status = "pending"
    order.save()
    other = Order.objects.get(pk=pk)
    other.status = "pending"
    other.save(update_fields=["status"])


def everything(request):
    context = {"title": "All"}
    context["products"] = Product.objects.all()  # fault: QRY002
    return render(request, "landing.html", context)


class Everything(View):
    def get(self, request):
        products = Product.objects.select_related("category")
        return render(request, "landing.html", {"products": products})  # fault: QRY002


class ProductList(ListView):  # fault: QRY002
    model = Product


class ProductPages(ListView):
    model = Product
    paginate_by = 20


def bounded(request):
    products = Product.objects.all()
    products = products.filter(available=True)[:20]
    return render(request, "landing.html", {"products": products, "first": Product.objects.all()[:3]})


def with_a_client(order):
    with web.Client() as client, transaction.atomic():
        client.post("https://example.com/pay")  # fault: TRX002


def with_a_session(order):
    session = requests.Session()
    with transaction.atomic():
        session.get("https://example.com/pay")  # fault: TRX002


@method_decorator(transaction.atomic)
def decorated(order):
    web.get("https://example.com/pay")  # fault: TRX002


def renamed_mail(order):
    with transaction.atomic():
        deliver("Subject", "Text", None, ["a@example.com"])  # fault: TRX003
        mail.mail_admins("Subject", "Text")  # fault: TRX003
        EmailMessage("Subject").send()  # fault: TRX003


@transaction.atomic(durable=True)
def delayed(order):
    if order:
        send_order_confirmation.s(order_id=order.pk).apply_async()  # fault: TRX001


class Service:
    def tell(self, order):
        send_order_confirmation.delay(order_id=order.pk)

    @transaction.atomic
    def run(self, order):
        self.tell(order)  # fault: TRX001


@receiver([post_save], sender=Customer)
def customer_saved(instance, **kwargs):
    send_order_confirmation.delay(order_id=instance.pk)  # fault: TRX004


def fine_transactions(order):
    response = requests.get("https://example.com/rate", timeout=5)
    with transaction.atomic():
        order.rate = response.json()["rate"]
        transaction.on_commit(lambda: deliver("Subject", "Text", None, ["a@example.com"]))
        transaction.on_commit(functools.partial(send_order_confirmation.delay, order_id=order.pk))
        transaction.on_commit(send_order_confirmation.delay)

        def after():
            web.get("https://example.com/pay")

        transaction.on_commit(after)
    send_order_confirmation.delay(order_id=order.pk)


@receiver(post_save, sender=Order)
def fine_receiver(instance, **kwargs):
    transaction.on_commit(lambda: send_order_confirmation.delay(order_id=instance.pk))


def formatted(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM catalog_product WHERE name = '{}'".format(name))  # fault: S608
        cursor.execute("SELECT id FROM catalog_product WHERE name = '%s'" % name)  # fault: S608
        cursor.execute("SELECT id FROM catalog_product WHERE name = %s", [name])


def parts(names):
    where = " OR ".join(f"name = '{name}'" for name in names)
    return Product.objects.raw("SELECT * FROM catalog_product WHERE " + where)  # fault: S608


def joined(names):
    where = " OR ".join(f"name = '{name}'" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(" ".join(["SELECT id FROM catalog_product WHERE", where]))  # fault: SQL001
        return cursor.fetchall()


def appended(name):
    conditions = ["SELECT id FROM catalog_product WHERE available"]
    if name:
        conditions.append(f"name = '{name}'")
    return Product.objects.raw(" AND ".join(conditions))  # fault: SQL001


def added(request):
    query = "SELECT id FROM catalog_product"
    query += " ORDER BY " + request.GET["order"]  # fault: SQL001
    return Product.objects.raw(query)


def in_a_variable(name):
    condition = "name = '%s'" % name
    query = "".join(("SELECT id FROM catalog_product WHERE ", condition))  # fault: SQL001
    return Product.objects.raw(raw_query=query)


def in_a_template(name):
    query = TEMPLATE.format(name)  # fault: SQL001
    return Product.objects.annotate(cheap=RawSQL(query, []))  # fault: S611


def fine_sql(names, column, descending, filters):
    table = connection.ops.quote_name(column)
    order = "DESC" if descending else "ASC"
    conditions = ["available"]
    for field in ("name", "sku"):
        conditions.append(f"{field} <> ''")
    conditions.append(", ".join("name = %s" for _ in names))
    query = "SELECT id FROM " + TABLE + " WHERE " + " AND ".join(conditions)
    query += f" ORDER BY {table} {order} LIMIT {len(names)}"
    where, values = filters.sql()
    listed = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(query, names)
        cursor.execute(f"DELETE FROM {Product._meta.db_table} WHERE name IN ({listed})", names)
        cursor.execute(" ".join(["SELECT id FROM", COLUMNS[column], "WHERE", where]), values)
        cursor.execute(sql.SQL(" ").join([sql.SQL("SELECT id FROM"), sql.Identifier(column)]))
    return Product.objects.raw(f"SELECT {', '.join(COLUMNS)} FROM {TABLE}")


class NamedSerializer(serializers.ModelSerializer):
    latest = serializers.SerializerMethodField(method_name="newest_order")

    class Meta:
        model = Customer
        fields = ("id", "latest")

    def newest_order(self, customer):
        return Order.objects.filter(customer=customer).latest("pk").pk  # fault: QRY005


class OrderView(generics.RetrieveAPIView):
    serializer_class = NamedSerializer

    def get_queryset(self):
        return Order.objects.all()  # fault: API004


class OwnOrderView(generics.RetrieveAPIView):
    serializer_class = NamedSerializer

    def get_queryset(self):
        return Order.objects.filter(owner=self.request.user)


class Plain(views.APIView):
    permission_classes = ()  # fault: API001

    def get(self, request, pk):
        return Response({"name": get_object_or_404(Customer, pk=pk).name})  # fault: API004


class Chosen(viewsets.ViewSet):
    def get_permissions(self):
        return [AllowAny()]  # fault: API001


class ListedSerializer(serializers.ModelSerializer):
    numbers = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = serializers.ALL_FIELDS  # fault: API003

    def get_numbers(self, customer):
        return [order.pk for order in Order.objects.filter(customer=customer)]  # fault: QRY005


@api_view(["GET"])
@throttle_classes([])  # fault: API002
def unlimited(request):
    return Response("hello")
''',
    # Faults behind variables, attributes, helper functions and imports, and code that resembles them and is right.
    "apps/orders/planted_behind.py": '''\
"""Faults that other names hide, in code that nothing runs."""

from string import Template
from textwrap import dedent
from urllib.request import Request

import boto3
import httpx
import redis
import requests
from celery import chain
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives, mail_admins
from django.db import connection, transaction
from django.db.models import CASCADE, Count, ForeignKey, Manager, Model
from django.db.models.signals import post_save
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import ListView, TemplateView, View
from ninja import ModelSchema, Router
from rest_framework import generics, serializers, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.catalog import models as catalog
from apps.catalog.models import Product
from apps.orders import models
from apps.orders.models import Customer, Order, OrderItem
from apps.orders.tasks import send_order_confirmation

User = get_user_model()
EVERYTHING = Product.objects.all()
PUBLIC = [AllowAny]
session = requests.Session()
storage = boto3.client("s3")
in_transaction = transaction.atomic
router = Router()


def by_key(pk):
    return Product.objects.get(pk=pk)


def all_products():
    return catalog.Product.objects.all()


def through_two():
    return all_products()


def message_for(order):
    return EmailMultiAlternatives("Subject", "Text", to=[order.customer.email])


def deliver(message):
    message.send()


class Gateway:
    products = Product.objects.all()

    def __init__(self):
        self.client = httpx.Client()

    def load(self, pk):
        return Order.objects.select_related("customer").get(pk=pk)

    def call(self, order):
        return self.client.post("https://example.com/pay")

    def each(self, ids):
        return [self.load(pk) for pk in ids]  # fault: QRY001

    @in_transaction
    def pay(self, order):
        self.client.post("https://example.com/pay")  # fault: TRX002


def queue(keys):
    while keys:
        key = keys.pop()
        Product.objects.filter(pk=key).delete()  # fault: QRY001


def counted(skus):
    number = 0
    while number < len(skus):
        print(Product.objects.get(sku=skus[number]))  # fault: QRY001
        number += 1


async def later(keys):
    async for key in keys:
        await Product.objects.acreate(sku=key)  # fault: QRY001


def helped(ids, emails, order):
    for pk in ids:
        print(by_key(pk))  # fault: QRY001
        print(catalog.Product.objects.only("price").get(pk=pk))  # fault: QRY001
        order.items.create(product_id=pk)  # fault: QRY001
    for email in emails:
        print(User.objects.filter(email=email).exists())  # fault: QRY001


def written(rows, users):
    for row in rows:
        product = Product(sku=row[0])
        product.save()  # fault: QRY001
    for user in users:
        user.groups.add(1)  # fault: QRY001


def related_at_once(rows, user):
    for row in rows:
        row.groups.set(row.wanted)


def groups_of_one(request):
    return JsonResponse({"groups": list(request.user.groups.values_list("id", flat=True))})


def unprefetched():
    for order in Order.objects.order_by("-pk")[:50]:
        for item in order.items.all():  # fault: QRY001
            print(item)


def fine_loops(ids, filters, form_rows, days):
    products = Product.objects.in_bulk(ids)
    orders = Order.objects.all()
    counts = Order.objects.counts_by_day(days)
    chosen = {}
    for pk in ids:
        print(products.get(pk), counts.get(pk))
        chosen[pk] = Product.objects.filter(pk=pk).values("pk")
    for name, value in filters.items():
        orders = orders.filter(**{name: value})
    for order in Order.objects.prefetch_related("items"):
        for item in order.items.all():
            print(item)
    for form in form_rows:
        form.save(commit=False)
    batch = []
    for product in Product.objects.iterator():
        batch.append(product)
        if len(batch) == 500:
            Product.objects.bulk_update(batch, ["price"])
    while Product.objects.filter(name="taken").exists():
        filters.pop()
    found = Product.objects.filter(name="new") if filters else set()
    if not filters:
        found = set()
    for pk in ids:
        found.add(pk)
    return orders


def otherwise(user):
    return Order.objects.filter(owner=user) or []  # fault: QRY003


def any_of(user):
    return any(Order.objects.filter(owner=user))  # fault: QRY003


def of_relation(customer):
    orders = customer.orders.all()
    return len(orders) == 0  # fault: QRY003


def fine_lengths(user, manager):
    made = Customer.objects.create_customer(user)
    return "yes" if made.email else list(Order.objects.filter(owner=user) or Order.objects.all())


def both(pk):
    product = Product.objects.get(pk=pk)
    product.name, product.price = "new", 1
    product.save(force_update=True)  # fault: QRY004


def fine_session(request):
    request.session.modified = True
    request.session.save()


def helper_page(request):
    return render(request, "landing.html", {"products": through_two()})  # fault: QRY002


def constant_page(request):
    context = dict(products=EVERYTHING)  # fault: QRY002
    return render(request, "landing.html", context)


class AttributePage(TemplateView):
    products = Product.objects.all()

    def get_context_data(self, **kwargs):
        return super().get_context_data(products=self.products.all(), **kwargs)  # fault: QRY002


class WholeList(ListView):
    def get_queryset(self):
        return Product.objects.order_by("name")  # fault: QRY002


class Unpaged(generics.ListAPIView):  # fault: QRY002
    pagination_class = None
    queryset = Product.objects.all()


class Paged(generics.ListAPIView):
    queryset = Product.objects.all()


def fine_groups(request):
    return JsonResponse(dict(Order.objects.values_list("status").annotate(count=Count("pk"))))


def formatted_map(values):
    return Product.objects.raw("SELECT * FROM catalog_product WHERE id = {pk}".format_map(values))  # fault: SQL001


def substituted(pk):
    query = Template("SELECT * FROM catalog_product WHERE id = $pk").substitute(pk=pk)  # fault: SQL001
    return Product.objects.raw(query)


def condition_on(name):
    return "name = '" + name + "'"


def by_helper(name):
    return Product.objects.raw(condition_on(name))  # fault: SQL001


def fine_texts(name, table):
    print(f"select a name from {name}")
    with connection.cursor() as cursor:
        cursor.execute(dedent("SELECT id FROM catalog_product WHERE name = %s"), [name])
    raise ValueError(f"Cannot delete from {name}: it is used")


@in_transaction
def named(order):
    session.post("https://example.com/")  # fault: TRX002
    storage.put_object(Bucket="orders", Key="1")  # fault: TRX002
    redis.Redis().publish("orders", "1")  # fault: TRX002
    Gateway().call(order)  # fault: TRX002
    message_for(order).send()  # fault: TRX003
    deliver(message_for(order))  # fault: TRX003
    enqueue_later = send_order_confirmation.delay
    enqueue_later(order_id=order.pk)  # fault: TRX001
    chain(send_order_confirmation.si(order_id=1), send_order_confirmation.si(order_id=2))()  # fault: TRX001


@method_decorator(transaction.atomic, name="post")
class Whole(View):
    def post(self, request):
        session.post("https://example.com/")  # fault: TRX002

    def put(self, request):
        session.put("https://example.com/")


def after_save(instance, **kwargs):
    mail_admins("Subject", "Text")  # fault: TRX004


post_save.connect(receiver=after_save, sender=Product)


def fine_names(order):
    message = message_for(order)
    with transaction.atomic():
        prepared = Request("https://example.com/")
        quoted = requests.utils.quote(order.tracking_number)
        client = httpx.Client()
        signature = send_order_confirmation.si(order_id=order.pk)
        order_changed = order.signal.send(sender=Order)
    message.send()
    signature.delay()
    return prepared, quoted, client, order_changed


class NoneExcluded(serializers.ModelSerializer):
    class Meta:
        model = Product
        exclude = ()  # fault: API003


class NoneLeftOut(ModelSchema):
    class Meta:
        model = Product
        exclude = []  # fault: API003


class Opened(viewsets.ModelViewSet):
    permission_classes = PUBLIC  # fault: API001
    queryset = Product.objects.all()

    @action(detail=True, permission_classes=[])  # fault: API001
    def opened(self, request, pk):
        return Response({})

    def get_permissions(self):
        if self.request.method == "GET":
            return []  # fault: API001
        return [IsAuthenticated()]

    def get_throttles(self):
        return []  # fault: API002


class Either(viewsets.ModelViewSet):
    permission_classes = [IsAuthenticated | AllowAny]  # fault: API001
    queryset = Product.objects.all()


class OfModule(generics.RetrieveAPIView):
    def get_queryset(self):
        return models.Order.objects.select_related("customer")  # fault: API004


class Note(Model):
    author = ForeignKey("accounts.User", on_delete=CASCADE)
    recent = Manager()


class Notes(viewsets.ModelViewSet):
    queryset = Note.recent.all()  # fault: API004


class HalfScoped(viewsets.ModelViewSet):
    queryset = Order.objects.all()  # fault: API004

    @action(detail=True)
    def customer(self, request, pk):
        return Response(Customer.objects.get(orders=pk).name)  # fault: API004

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)


def order_by_key(pk):
    return OrderItem.objects.get(pk=pk)


class Helped(APIView):
    def get(self, request, pk):
        return Response({"quantity": order_by_key(pk).quantity})  # fault: API004


@api_view(["GET"])
def function_view(request, pk):  # fault: API004
    return Response({"name": Customer.objects.get(pk=pk).name})


@router.delete("unscoped/{pk}")
def unscoped(request, pk: int):  # fault: API004
    Order.objects.filter(id=pk).delete()


class OfTenant(viewsets.ModelViewSet):
    queryset = Order.objects.all()

    def get_queryset(self):
        return self.queryset.filter(customer__tenant=self.request.tenant)

    def partial_update(self, request, pk):
        return Response({"pk": self.get_queryset().get(pk=pk).pk})
''',
    "apps/orders/migrations/0099_planted.py": """\
from django.db import migrations, models


def fill(apps, schema_editor):
    pass


class Migration(migrations.Migration):  # fault: RUNPYTHON_REVERSIBLE RUNSQL_REVERSIBLE DROP_COLUMN
    dependencies = [("orders", "LATEST")]
    operations = [
        migrations.RunPython(fill),
        migrations.RunSQL("SELECT 1"),
        migrations.AddField("order", "planted", models.IntegerField(null=True)),
        migrations.RemoveField("order", "planted"),
        migrations.RunSQL(sql="SELECT 1", reverse_sql=""),
    ]
""",
    "apps/catalog/migrations/0099_large.py": "from django.db import migrations\n\n\nclass Migration(migrations.Migration):  # fault: MIG001\n"
    '    dependencies = [("catalog", "LATEST")]\n    operations = []\n\n\nROWS = [\n'
    + 1000 * '    "a row of data",\n'
    + "]\n",
}
CHANGES = [
    (
        "config/api_drf.py",
        'router.register("orders", OrderViewSet)\n',
        (
            'router.register("orders", OrderViewSet)\n'
            'router.register("planted", Naive, basename="planted")\n'
            'router.register("nested", Nested, basename="nested")\n'
            'router.register("any-order", AnyOrder, basename="any-order")\n'
        ),
    ),
    ("config/api_drf.py", "    # Yours below\n", '    path("planted-function/", function),\n'),
    (
        "config/api_drf.py",
        "from apps.orders.api.views import",
        "from apps.orders.planted_api import AnyOrder, Naive, Nested, function\nfrom apps.orders.api.views import",
    ),
    (
        "config/api_ninja.py",
        'api.add_router("", "apps.orders.api.routes.router")\n',
        'api.add_router("", "apps.orders.api.routes.router")\napi.add_router("", "apps.orders.planted_api.router")\n',
    ),
    (
        "apps/orders/admin.py",
        'list_display = ["name", "email", "owner", "orders_link", "created_at"]',
        'list_display = ["name", "email", "owner", "orders_link", "created_at", "last_status"]',
    ),
    (
        "apps/orders/admin.py",
        '    @display(description="Orders")\n',
        (
            "    def last_status(self, customer: Any) -> str:\n"
            "        last = customer.orders.last()  # fault: RUN001\n"
            '        return last.status if last else ""\n\n'
            '    @display(description="Orders")\n'
        ),
    ),
    (
        "apps/orders/admin.py",
        '    list_display = ["__str__", "customer", "shown_status", ',
        (
            '    list_display = ["customer__owner__email", "customer", "shown_status"]  # fault: RUN001 RUN004\n'
            '    list_filter = ["confirmation_sent_at"]\n    others = ["shown_status", '
        ),
    ),
    (
        "apps/orders/admin.py",
        '    list_filter = ["status", "created_at", ("customer", A',
        '    more = ["status", "created_at", ("customer", A',
    ),
    (
        "apps/catalog/admin.py",
        "    show_full_result_count = False\n",
        "    show_full_result_count = False\n    list_per_page = 1000\n",
    ),
    (
        "apps/catalog/admin.py",
        "    list_display = [",
        "    list_display = [  # fault: RUN003\n        ",
    ),
]
