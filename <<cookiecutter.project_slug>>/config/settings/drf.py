"""Django REST framework and its OpenAPI document."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # % if "oauth2" in cookiecutter.auth
        "apps.oauth2.api.authentication.OAuth2Authentication",
        # % endif
        # % if "jwt" in cookiecutter.auth
        "apps.accounts.api.authentication.JWTAuthentication",
        # % endif
        # % if "session" in cookiecutter.auth
        "apps.accounts.api.authentication.SessionAuthentication",
        # % endif
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.drf.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "apps.api.drf.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["apps.api.drf.filters.FilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "apps.api.drf.throttling.AnonRateThrottle",
        "apps.api.drf.throttling.UserRateThrottle",
    ],
    "DEFAULT_SCHEMA_CLASS": "apps.api.drf.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is not part of the API
    "EXCEPTION_HANDLER": "apps.api.drf.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "<<cookiecutter.__string_name>>",
    "DESCRIPTION": "<<cookiecutter.__string_description>>",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # % if cookiecutter.use_example
    "ENUM_NAME_OVERRIDES": {"OrderStatus": "apps.orders.choices.OrderStatus"},
    # % endif
}
