"""The API served by Django Ninja."""

from django.conf import settings
from django.urls import path

from apps.accounts.api.security import (
    # % if "jwt" in cookiecutter.auth
    JWTAuth,
    # % endif
    # % if "session" in cookiecutter.auth
    SessionAuth,
    # % endif
    not_authenticated,
)
from apps.api.ninja.api import API
from apps.api.ninja.openapi import schema_view
from apps.api.ninja.throttling import AnonRateThrottle, UserRateThrottle
from apps.api.views import docs_view

# % if "oauth2" in cookiecutter.auth -
from apps.oauth2.api.security import OAuth2

# % endif -

api = API(
    title=settings.PROJECT_NAME,
    description=settings.PROJECT_DESCRIPTION,
    urls_namespace=f"{settings.API_VERSIONS[-1]}:ninja",
    auth=[
        # % if "oauth2" in cookiecutter.auth
        OAuth2(),
        # % endif
        # % if "jwt" in cookiecutter.auth
        JWTAuth(),
        # % endif
        # % if "session" in cookiecutter.auth
        SessionAuth(),
        # % endif
        not_authenticated,
    ],
    throttle=[AnonRateThrottle(), UserRateThrottle()],
)
# % if cookiecutter.use_example
api.add_router("", "apps.catalog.api.routes.router")
api.add_router("", "apps.orders.api.routes.router")
# % endif
api.add_router("", "apps.accounts.api.routes.router")
# Yours below

app_name = "api"
urlpatterns = [
    path("schema/", schema_view(api), name="schema"),
    path("docs/", docs_view("../schema/"), name="docs"),
    path("", api.urls),
]
