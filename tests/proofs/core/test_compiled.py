"""Compiled lists return what the ordinary serializer returns, byte for byte, for any content of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, F, Prefetch, QuerySet
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from apps.accounts.models import User
from apps.api.compiled import NotCompilable
from apps.api.drf.compiled import compile_serializer, compiled_lists
from apps.api.drf.serializers import ModelSerializer
from apps.orders.api.serializers import CustomerSerializer, OrderItemSerializer, OrderSerializer
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem
from tests.catalog.factories import ProductFactory
from tests.factories import UserFactory
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - in UTC
PRICES = st.decimals(0, Decimal("99999999.99"), places=2)
ITEMS = st.lists(st.tuples(st.integers(1, 10_000), PRICES), max_size=4)
ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(OrderStatus),
            "shipping_address": TEXT,
            "tracking_number": TEXT.filter(bool),
            "confirmation_sent_at": st.none() | MOMENTS,
            "created_at": MOMENTS,
            "items": ITEMS,
        }
    ),
    max_size=4,
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "action_time": MOMENTS,
            "action_flag": st.integers(1, 4),  # the fourth has no label
            "object_id": st.none() | TEXT,
            "object_repr": TEXT,
            "with_type": st.booleans(),
        }
    ),
    max_size=4,
)
some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TimesSerializer(ModelSerializer[Order]):
    """Times in UTC, in the current time zone, in a zone of its own and by a format."""

    here = serializers.DateTimeField(source="created_at")
    there = serializers.DateTimeField(source="created_at", default_timezone=ZoneInfo("Asia/Kolkata"))
    day = serializers.DateTimeField(source="created_at", format="%d.%m.")
    owner_name = serializers.CharField(source="owner.name")
    owner_since = serializers.DateTimeField(source="customer.owner.date_joined")

    class Meta:
        model = Order
        fields = ["created_at", "confirmation_sent_at", "here", "there", "day", "owner", "owner_name", "owner_since"]


class TypeSerializer(ModelSerializer[ContentType]):
    class Meta:
        model = ContentType
        fields = ["id", "app_label"]


class EntrySerializer(ModelSerializer[LogEntry]):
    """A foreign key that may be missing, choices of numbers with lazy labels, and columns that may be NULL."""

    type = TypeSerializer(source="content_type")
    type_label = serializers.CharField(source="content_type.app_label", allow_null=True)
    action = serializers.CharField(source="get_action_flag_display")

    class Meta:
        model = LogEntry
        fields = [
            *("pk", "action_time", "action_flag", "action", "user", "content_type", "type", "type_label"),
            *("object_id", "object_repr", "change_message"),
        ]


class ItemWithOrderSerializer(ModelSerializer[OrderItem]):
    class Meta:
        model = OrderItem
        fields = ["id", "order", "unit_price"]


class CustomerOrderSerializer(ModelSerializer[Order]):
    number_of_items = serializers.IntegerField()
    items = ItemWithOrderSerializer(many=True)

    class Meta:
        model = Order
        fields = ["status", "items", "number_of_items"]


class CustomerWithOrdersSerializer(ModelSerializer[Customer]):
    """A list in a list."""

    orders = CustomerOrderSerializer(many=True)

    class Meta:
        model = Customer
        fields = ["name", "orders"]


@contextmanager
def undone() -> Iterator[None]:
    """Take back what one example writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def assert_same(serializer: type[ModelSerializer[Any]], queryset: QuerySet[Any]) -> None:
    assert compile_serializer(serializer).supports(queryset)
    ordinary = JSONRenderer().render(serializer(list(queryset.all()), many=True).data)
    assert JSONRenderer().render(serializer(queryset, many=True).data) == ordinary


def create(orders: list[dict[str, Any]]) -> None:
    owner = UserFactory.create()
    products = ProductFactory.create_batch(4)
    for values in orders:
        items = values["items"]
        order = OrderFactory.create(owner=owner, **{**values, "items": 0})
        for product, (quantity, price) in zip(products, items, strict=False):
            OrderItemFactory.create(order=order, product=product, quantity=quantity, unit_price=price)


@some
@given(orders=ORDERS)
def test_orders(orders: list[dict[str, Any]]) -> None:
    with undone():
        create(orders)
        assert_same(OrderSerializer, Order.objects.with_details())
        assert_same(OrderSerializer, Order.objects.with_details()[1:3])
        assert_same(OrderItemSerializer, OrderItem.objects.order_by("-pk"))
        assert_same(CustomerSerializer, Customer.objects.filter(orders__status=OrderStatus.PENDING))


@some
@given(orders=ORDERS, zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/St_Johns"]))
def test_times(orders: list[dict[str, Any]], zone: str) -> None:
    with undone(), timezone.override(zone):
        create(orders)
        assert_same(TimesSerializer, Order.objects.all())


@some
@given(entries=ENTRIES, language=st.sampled_from(["en", "de"]))
def test_missing_relations_and_labels(entries: list[dict[str, Any]], language: str) -> None:
    with undone(), translation.override(language):
        user = UserFactory.create()
        for values in entries:
            kind = ContentType.objects.get_for_model(User) if values.pop("with_type") else None
            LogEntry.objects.create(user=user, content_type=kind, **values)
        assert_same(EntrySerializer, LogEntry.objects.all())


@some
@given(orders=ORDERS)
def test_lists_in_lists(orders: list[dict[str, Any]]) -> None:
    with undone():
        create(orders)
        CustomerFactory.create()
        items = OrderItem.objects.order_by("-unit_price", "pk")
        inner = Order.objects.annotate(number_of_items=Count("items")).prefetch_related(Prefetch("items", items))
        assert_same(CustomerWithOrdersSerializer, Customer.objects.prefetch_related(Prefetch("orders", inner)))


def test_takes_two_queries_for_any_number(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    OrderFactory.create_batch(5, items=3)

    with django_assert_num_queries(2):
        data = OrderSerializer(Order.objects.with_details(), many=True).data

    assert len(data) == 5
    assert all(len(order["items"]) == 3 for order in data)


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: Order.objects.with_details().distinct(),
        Order.objects.all,
        lambda: Order.objects.with_details().union(Order.objects.with_details()),
        lambda: Order.objects.with_summary().prefetch_related(Prefetch("items", OrderItem.objects.all()[:1])),
        lambda: Order.objects.with_summary().prefetch_related(
            Prefetch("customer", Customer.objects.annotate(x=F("pk")))
        ),
    ],
    ids=["distinct", "without annotations", "union", "sliced prefetch", "prefetched foreign key"],
)
def test_leaves_other_querysets_to_the_ordinary_serializer(queryset: Any) -> None:
    assert not compile_serializer(OrderSerializer).supports(queryset())


def test_other_querysets_get_the_ordinary_output() -> None:
    OrderFactory.create_batch(2, items=2)

    distinct = OrderSerializer(Order.objects.with_details().distinct(), many=True).data
    assert distinct == OrderSerializer(Order.objects.with_details(), many=True).data


class MethodSerializer(OrderSerializer):
    shouted = serializers.SerializerMethodField()

    class Meta(OrderSerializer.Meta):
        fields: ClassVar[Any] = [*OrderSerializer.Meta.fields, "shouted"]

    def get_shouted(self, order: Order) -> str:
        return order.shipping_address.upper()


class OwnOutputSerializer(CustomerSerializer):
    def to_representation(self, instance: Customer) -> Any:
        return {**super().to_representation(instance), "greeting": f"Hello {instance.name}"}


class PropertySerializer(ModelSerializer[Order]):
    is_editable = serializers.BooleanField()

    class Meta:
        model = Order
        fields = ["is_editable"]


class MissingSerializer(ModelSerializer[LogEntry]):
    label = serializers.CharField(source="content_type.app_label")

    class Meta:
        model = LogEntry
        fields = ["label"]


class SlugSerializer(ModelSerializer[Order]):
    customer = serializers.SlugRelatedField("name", read_only=True)  # type: ignore[var-annotated]  # of the stubs

    class Meta:
        model = Order
        fields = ["customer"]


class TextSerializer(ModelSerializer[Order]):
    """The customer as text."""

    customer = serializers.CharField()

    class Meta:
        model = Order
        fields = ["customer"]


class DefaultSerializer(ModelSerializer[LogEntry]):
    label = serializers.CharField(source="content_type.app_label", allow_null=True, default="none")

    class Meta:
        model = LogEntry
        fields = ["label"]


class FieldNamesSerializer(CustomerSerializer):
    def get_field_names(self, *args: Any) -> Any:
        return super().get_field_names(*args) if self.context.get("all") else ["name"]


class FieldsSerializer(CustomerSerializer):
    @property
    def fields(self) -> Any:
        return {name: field for name, field in super().fields.items() if name != "email"}


class WholeSecondsField(serializers.DateTimeField):
    def enforce_timezone(self, value: datetime) -> datetime:
        return super().enforce_timezone(value).replace(microsecond=0)


class WholeSecondsSerializer(ModelSerializer[Order]):
    created_at = WholeSecondsField(default_timezone=UTC)

    class Meta:
        model = Order
        fields = ["created_at"]


@pytest.mark.parametrize(
    ("serializer", "reason"),
    [
        (TextSerializer, "customer: CharField has no compiled form"),
        (DefaultSerializer, "label: a relation on the way to it may be missing"),
        (FieldNamesSerializer, "FieldNamesSerializer overrides get_field_names"),
        (FieldsSerializer, "FieldsSerializer overrides fields"),
        (WholeSecondsSerializer, "created_at: WholeSecondsField overrides enforce_timezone"),
        (MethodSerializer, "shouted: SerializerMethodField takes the whole object"),
        (OwnOutputSerializer, "OwnOutputSerializer overrides to_representation"),
        (PropertySerializer, "is_editable: Order.is_editable is not a column"),
        (MissingSerializer, "label: a relation on the way to it may be missing"),
        (SlugSerializer, "customer: SlugRelatedField has no compiled form"),
    ],
)
def test_what_cannot_be_compiled_is_served_all_the_same(serializer: Any, reason: str) -> None:
    with pytest.raises(NotCompilable, match=reason):
        compile_serializer(serializer)

    OrderFactory.create(items=1)
    queryset = {Order: Order.objects.with_details()}.get(serializer.Meta.model, serializer.Meta.model.objects.all())
    assert serializer(queryset, many=True).data == serializer(list(queryset), many=True).data


class BothSerializer(ModelSerializer[Order]):
    """Two lists of one relation, and an annotation that need not be there."""

    items = OrderItemSerializer(many=True)
    brief = ItemWithOrderSerializer(source="items", many=True)
    item_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Order
        fields = ["items", "brief", "item_count"]


class NothingSerializer(ModelSerializer[Order]):
    class Meta:
        model = Order
        fields: ClassVar[Any] = []


@pytest.mark.parametrize("queryset", [Order.objects.all(), Order.objects.with_summary()], ids=["without", "with"])
def test_two_lists_of_one_relation_and_an_annotation_that_may_be_missing(queryset: QuerySet[Order]) -> None:
    OrderFactory.create(items=2)

    data = BothSerializer(queryset.all(), many=True).data

    assert data == BothSerializer(list(queryset.all()), many=True).data
    assert NothingSerializer(queryset.all(), many=True).data == [{}]


def test_a_label_that_the_model_makes_is_not_taken_from_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Order, "get_status_display", lambda order: f"<{order.status}>")

    with pytest.raises(NotCompilable, match=r"status_display: Order\.get_status_display is not a column"):
        compile_serializer(OrderSerializer)


@pytest.mark.parametrize("name", ["from_db", "__init__"])
def test_a_model_that_changes_what_it_loads_is_not_compiled(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Customer, name, lambda *args, **kwargs: None)

    with pytest.raises(NotCompilable, match="Customer has its own __init__ or from_db"):
        compile_serializer(OrderSerializer)


def test_the_fields_of_one_serializer_can_be_changed() -> None:
    CustomerFactory.create(name="Ada")
    serializer: Any = CustomerSerializer(Customer.objects.all(), many=True)

    for name in ("id", "email", "created_at"):
        del serializer.child.fields[name]

    assert serializer.data == [{"name": "Ada"}]


class EmailSerializer(ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["email"]


class CustomerList(ListAPIView[Customer]):
    permission_classes = []
    throttle_classes = []
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.get_queryset())
        emails = EmailSerializer(page, many=True).data
        names = [customer.name for customer in page]
        return self.get_paginated_response([*emails, *names])


def test_a_page_is_read_by_any_serializer_and_as_instances() -> None:
    CustomerFactory.create(name="Ada", email="ada@example.com")

    response = CustomerList.as_view()(APIRequestFactory().get("/"))

    assert response.data == {"next": None, "previous": None, "results": [{"email": "ada@example.com"}, "Ada"]}


def test_the_projects_own_lists_are_compiled() -> None:
    assert compiled_lists(None) == []
