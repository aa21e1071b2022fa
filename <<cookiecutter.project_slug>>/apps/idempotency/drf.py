"""Idempotency keys in Django REST framework views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.idempotency.services import HEADER, StoredResponse, fingerprint_of, respond_once

PARAMETER = OpenApiParameter(HEADER["name"], str, OpenApiParameter.HEADER, description=HEADER["description"])


def idempotent(operation: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Decorate a view method that may be called once only for each Idempotency-Key of a user."""

    def decorator(view: Callable[..., Response]) -> Callable[..., Response]:
        @extend_schema(parameters=[PARAMETER])
        @wraps(view)
        def wrapper(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = request.headers.get(HEADER["name"])
            if key is None:
                return view(self, request, *args, **kwargs)

            def work() -> StoredResponse:
                response = view(self, request, *args, **kwargs)
                headers = {name: value for name, value in response.items() if name != "Content-Type"}
                return StoredResponse(response.status_code, response.data, headers)

            user: Any = request.user
            fingerprint = fingerprint_of(operation, request.data)
            stored = respond_once(user_id=user.pk, key=key, fingerprint=fingerprint, work=work)
            return Response(stored.body, stored.status, headers=stored.headers)

        return wrapper

    return decorator
