"""The API served by Django REST framework."""

from django.conf import settings
from django.urls import include, path
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from apps.accounts.api.views import CurrentUserView

# % if cookiecutter.use_example
from apps.catalog.api.views import ProductViewSet
from apps.orders.api.views import CustomerViewSet, OrderViewSet

# % endif
router = DefaultRouter(use_regex_path=False)
router.include_root_view = False  # the OpenAPI document lists the endpoints
router.include_format_suffixes = False
# % if cookiecutter.use_example
router.register("products", ProductViewSet)
router.register("customers", CustomerViewSet)
router.register("orders", OrderViewSet)
# % endif

docs = TemplateView.as_view(
    template_name="api_docs.html",
    extra_context={
        "name": settings.PROJECT_NAME,
        "clients": settings.HEADLESS_CLIENTS,
        "swagger_ui": "drf_spectacular_sidecar/swagger-ui-dist",
    },
)

app_name = "api"
urlpatterns = [
    path("", include(router.urls)),
    path("users/me/", CurrentUserView.as_view(), name="current-user"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", ensure_csrf_cookie(docs), name="docs"),
]
