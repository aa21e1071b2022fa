"""The API as Django Ninja serves it."""

from django.conf import settings

from apps.accounts.api import security
from apps.api.ninja.api import API
from apps.api.ninja.docs import public
from apps.api.ninja.throttling import UserRateThrottle

# % if "oauth2" in cookiecutter.auth
from apps.oauth2.api.security import OAuth2

# % endif

# % filter replace("v2", cookiecutter.__ninja_version)
api = API(
    title=settings.PROJECT_NAME,
    description=settings.PROJECT_DESCRIPTION,
    urls_namespace="v2",
    openapi_url="schema/",
    docs_url="docs/",
    docs_decorator=public,
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
# % endfilter
# % if cookiecutter.use_example
api.add_router("", "apps.catalog.api.routes.router")
api.add_router("", "apps.orders.api.routes.router")
# % endif
api.add_router("", "apps.accounts.api.routes.router")
