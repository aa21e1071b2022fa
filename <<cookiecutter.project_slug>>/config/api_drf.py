"""The API as Django REST framework serves it."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("", include("apps.accounts.api.urls")),
    # % if cookiecutter.use_example
    path("", include("apps.catalog.api.urls")),
    path("", include("apps.orders.api.urls")),
    # % endif
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
