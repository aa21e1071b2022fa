"""The API served by Django REST framework."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from apps.accounts.api.views import CurrentUserView
from apps.api.views import docs_view

# % if cookiecutter.use_example -
from apps.catalog.api.views import ProductViewSet
from apps.orders.api.views import CustomerViewSet, OrderViewSet

# % endif -

app_name = "api"

router = DefaultRouter(use_regex_path=False)
router.include_root_view = False  # the OpenAPI document lists the endpoints
router.include_format_suffixes = False
# % if cookiecutter.use_example
router.register("products", ProductViewSet)
router.register("customers", CustomerViewSet)
router.register("orders", OrderViewSet)

# % endif
urlpatterns = [
    path("", include(router.urls)),
    path("users/me/", CurrentUserView.as_view(), name="current-user"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs_view("../schema/"), name="docs"),
    # Yours below
]
