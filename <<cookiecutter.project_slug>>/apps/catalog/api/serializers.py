"""Products over HTTP."""

from rest_framework import serializers

from apps.catalog.models import Product
from apps.core.api.drf import PageParameters


class ProductSerializer(serializers.ModelSerializer[Product]):
    """Documents `ProductRow`."""

    class Meta:
        model = Product
        fields = ["id", "sku", "name", "price", "available"]
        read_only_fields = fields


class ProductFilters(PageParameters):
    search = serializers.CharField(required=False, max_length=100, help_text="Part of the name or SKU.")
    available = serializers.BooleanField(required=False, allow_null=True, default=None)
