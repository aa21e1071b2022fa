"""Products over HTTP."""

from rest_framework import serializers

from apps.catalog.models import Product
from apps.core.api.drf import PageParameters, QueryBooleanField, TextField


class ProductSerializer(serializers.ModelSerializer[Product]):
    """Documents `ProductRow`."""

    class Meta:
        model = Product
        fields = ["id", "sku", "name", "price", "available"]
        read_only_fields = fields


class ProductFilters(PageParameters):
    search = TextField(required=False, max_length=100, help_text="Part of the name or SKU.")
    available = QueryBooleanField(required=False)
