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
    "DEFAULT_PARSER_CLASSES": ["apps.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["apps.api.throttles.UserThrottle"],
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is no method of this API: the OpenAPI document says it all
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is for the OpenAPI document alone
    "EXCEPTION_HANDLER": "apps.api.drf.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "<<cookiecutter.__string_name>>",
    "DESCRIPTION": "<<cookiecutter.__string_description>>",
    "VERSION": "1.0.0",
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # % if cookiecutter.use_example
    "ENUM_NAME_OVERRIDES": {"OrderStatus": "apps.orders.choices.OrderStatus"},
    # % endif
}
