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
    orders = Order.objects.pending()
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
    order.save()  # fault: QRY004 AUD001 # audit: ignore[QRY004]
''',
    "apps/orders/planted_tasks.py": '''\
"""Tasks without what they need."""

from celery import shared_task

from apps.outbox.base import BaseTask


@shared_task(base=BaseTask, queue_name="maintenance")
def endless():  # fault: TSK001
    """Run for ever."""


@shared_task(queue_name="maintenance", soft_time_limit=5, time_limit=10)
def hopeless():  # fault: TSK002
    """Fail once."""


@shared_task(base=BaseTask, soft_time_limit=5, time_limit=10)
def anywhere():  # fault: TSK003
    """Run in any queue."""
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

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import ModelSchema, Router
from rest_framework import serializers, viewsets
from rest_framework.filters import OrderingFilter

from apps.catalog.models import Product
from apps.orders.models import Customer, Order


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


class Naive(viewsets.ReadOnlyModelViewSet):  # fault: RUN004
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


@router.get("planted-customers/", response=list[CustomerRow])
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
    return bool(Order.objects.for_user(user).pending())  # fault: QRY003


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
    "apps/orders/migrations/0099_planted.py": """\
from django.db import migrations


def fill(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("orders", "LATEST")]
    operations = [
        migrations.RunPython(fill),  # fault: MIG002
        migrations.RunSQL("SELECT 1"),  # fault: MIG002
    ]
""",
    "apps/catalog/migrations/0099_large.py": "# fault: MIG001\n"
    "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
    '    dependencies = [("catalog", "LATEST")]\n    operations = []\n\n\nROWS = [\n'
    + 1000 * '    "a row of data",\n'
    + "]\n",
}
CHANGES = [
    (
        "config/api_drf.py",
        'router.register("orders", OrderViewSet)\n',
        'router.register("orders", OrderViewSet)\nrouter.register("planted", Naive, basename="planted")\n',
    ),
    (
        "config/api_drf.py",
        "from apps.orders.api.views import",
        "from apps.orders.planted_api import Naive\nfrom apps.orders.api.views import",
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
