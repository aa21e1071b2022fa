"""Idempotent Ninja operations."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation, ResponseObject
from pydantic import BaseModel

from apps.api.ninja.http import respond
from apps.idempotency.services import Answer, answer_once


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate an operation: the same `Idempotency-Key` and body get the first response again."""

    @wraps(view)
    def wrapper(request: HttpRequest, response: HttpResponse, **arguments: Any) -> HttpResponse:
        def work() -> Answer:
            result = view(request, response=response, **arguments)
            ((status, schema),) = operation.response_models.items()
            ...
