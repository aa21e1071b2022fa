"""Products over HTTP."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.catalog.api.serializers import ProductFilters, ProductPageSerializer, ProductSerializer
from apps.catalog.models import Product
from apps.api.drf import paginated


@extend_schema_view(
    list=extend_schema(parameters=[ProductFilters], responses=ProductPageSerializer),
    retrieve=extend_schema(responses=ProductSerializer),
)
class ProductViewSet(GenericViewSet[Product]):
    """The catalogue."""

    permission_classes = [IsAuthenticated]
    queryset = Product.objects.by_name()
    lookup_value_converter = "int"

    def list(self, request: Request) -> Response:
        """The catalogue, by name."""
        return paginated(request, Product.objects.by_name(), ProductFilters)

    def retrieve(self, request: Request, pk: int) -> Response:
        """One product."""
        return Response(Product.objects.all().row(pk=pk))
