"""Filters of the list of orders."""

import django_filters

from apps.api.drf.filters import DateTimeFilter, IdFilter
from apps.orders.models import Order


class OrderFilter(django_filters.FilterSet):
    customer = IdFilter(field_name="customer_id")
    created_after = DateTimeFilter(field_name="created_at", lookup_expr="gt")
    created_before = DateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Order
        fields = ["status", "customer", "created_after", "created_before"]
