"""Filters of the list of orders."""

import django_filters
from django.db.models import BigIntegerField

from apps.api.drf.filters import DateTimeFilter
from apps.orders.models import Order


class OrderFilter(django_filters.FilterSet):
    customer = django_filters.NumberFilter(
        field_name="customer_id", min_value=1, max_value=BigIntegerField.MAX_BIGINT, decimal_places=0
    )
    created_after = DateTimeFilter(field_name="created_at", lookup_expr="gt")
    created_before = DateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Order
        fields = ["status", "customer", "created_after", "created_before"]
