"""The API as Django Ninja serves it."""

from django.conf import settings
from django.urls import path
from ninja.openapi.schema import OpenAPISchema

from apps.accounts.api import security
from apps.api.docs import ApiDocsView, ApiSchemaView
from apps.api.ninja import Api

# % if "oauth2" in cookiecutter.auth
from apps.oauth2.api.security import OAuth2

# % endif

api = Api(
    title=settings.PROJECT_NAME,
    description=settings.PROJECT_DESCRIPTION,
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
)
# % if cookiecutter.use_example
api.add_router("", "apps.catalog.api.routes.router")
api.add_router("", "apps.orders.api.routes.router")
# % endif
api.add_router("", "apps.accounts.api.routes.router")


def document(address: str) -> OpenAPISchema:
    """Return the OpenAPI document of the API at `address`."""
    return api.get_openapi_schema(path_prefix=address)


app_name = "api"
urlpatterns = [
    path("schema/", ApiSchemaView.as_view(build=document), name="schema"),
    path("docs/", ApiDocsView.as_view(swagger_ui="ninja"), name="docs"),
    path("", api.urls),
]
