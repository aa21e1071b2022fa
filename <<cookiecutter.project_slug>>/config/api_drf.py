"""The API as Django REST framework serves it."""

from typing import Any

from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator

from apps.api.docs import ApiDocsView, ApiSchemaView


def document(address: str) -> dict[str, Any]:
    """Return the OpenAPI document of the API at `address`; drf-spectacular finds that out by itself."""
    return SchemaGenerator().get_schema(public=True)  # type: ignore[no-any-return, no-untyped-call]  # has no types


app_name = "api"
urlpatterns = [
    path("", include("apps.accounts.api.urls")),
    # % if cookiecutter.use_example
    path("", include("apps.catalog.api.urls")),
    path("", include("apps.orders.api.urls")),
    # % endif
    path("schema/", ApiSchemaView.as_view(build=document), name="schema"),
    path("docs/", ApiDocsView.as_view(swagger_ui="drf_spectacular_sidecar/swagger-ui-dist"), name="docs"),
]
