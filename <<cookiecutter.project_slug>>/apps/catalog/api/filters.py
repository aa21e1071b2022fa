"""Filters of the list of products."""

import django_filters
from django.core.validators import RegexValidator

from apps.catalog.models import ProductQuerySet


class ProductFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="filter_search", max_length=100, label="Part of the name or SKU.")
    available = django_filters.CharFilter(method="filter_available", validators=[RegexValidator("^(true|false)$")])

    def filter_search(self, queryset: ProductQuerySet, name: str, value: str) -> ProductQuerySet:
        return queryset.search(value)

    def filter_available(self, queryset: ProductQuerySet, name: str, value: str) -> ProductQuerySet:
        return queryset.filter(available=value == "true")
