"""Serializers of products."""

from apps.api.drf.serializers import ModelSerializer
from apps.catalog.models import Product


class ProductSerializer(ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = ["id", "sku", "name", "price", "available"]
