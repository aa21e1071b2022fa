"""Products over HTTP."""

from rest_framework import serializers

from apps.catalog.rows import ProductRow
from apps.api.drf import MoneyField, PageParameters, PageSerializer, QueryBooleanField, TextField


class ProductSerializer(serializers.Serializer[ProductRow]):
    id = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    price = MoneyField()
    available = serializers.BooleanField()


class ProductPageSerializer(PageSerializer):
    """One page of products."""

    results = ProductSerializer(many=True)


class ProductFilters(PageParameters):
    search = TextField(required=False, allow_blank=True, max_length=100, help_text="Part of the name or SKU.")
    available = QueryBooleanField(required=False)
