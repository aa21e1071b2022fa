"""The API as Django Ninja serves it."""

from django.conf import settings
from django.urls import path

from apps.accounts.api import security
from apps.api.ninja.api import API
from apps.api.ninja.openapi import schema_view
from apps.api.ninja.throttling import UserRateThrottle
from apps.api.views import docs_view

# % if "oauth2" in cookiecutter.auth
from apps.oauth2.api.security import OAuth2

# % endif
api = API(
    title=settings.PROJECT_NAME,
    description=settings.PROJECT_DESCRIPTION,
    urls_namespace=f"{settings.API_VERSIONS[-1]}:ninja",
    auth=[
        # % if "oauth2" in cookiecutter.auth
        OAuth2(),
        # % endif
        # % if "jwt" in cookiecutter.auth
        security.JWTAuth(),
        # % endif
        # % if "session" in cookiecutter.auth
        security.SessionAuth(),
        # % endif
        security.not_authenticated,
    ],
    throttle=[UserRateThrottle()],
)
# % if cookiecutter.use_example
api.add_router("", "apps.catalog.api.routes.router")
api.add_router("", "apps.orders.api.routes.router")
# % endif
api.add_router("", "apps.accounts.api.routes.router")

app_name = "api"
urlpatterns = [
    path("schema/", schema_view(api), name="schema"),
    path("docs/", docs_view("ninja"), name="docs"),
    path("", api.urls),
]
