"""Views of products."""

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.catalog.api.filters import ProductFilter
from apps.catalog.api.serializers import ProductSerializer
from apps.catalog.cache import cached_products
from apps.catalog.models import Product


class ProductViewSet(ReadOnlyModelViewSet[Product]):
    permission_classes = [IsAuthenticated]
    queryset = Product.objects.all()
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    lookup_value_converter = "int"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List products."""
        read = super().list
        return Response(cached_products(request, lambda: read(request, *args, **kwargs).data))
