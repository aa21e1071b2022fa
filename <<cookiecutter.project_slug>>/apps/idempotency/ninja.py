"""Idempotency keys in Ninja operations."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from ninja.operation import Operation, ResponseObject
from ninja.utils import contribute_operation_callback

from apps.api.ninja.http import respond
from apps.idempotency.services import HEADER, StoredResponse, fingerprint_of, respond_once


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate an operation that may run once only for each Idempotency-Key of a user. It takes `response`."""
    operations: list[Operation] = []

    @wraps(view)
    def wrapper(request: Any, response: HttpResponse, **kwargs: Any) -> Any:
        def work() -> StoredResponse:
            result = ResponseObject(view(request, response=response, **kwargs))
            ((status, schema),) = operations[0].response_models.items()
            output = schema.model_validate(result, context={"request": request, "response_status": status})
            body = json.loads(respond(status, output.model_dump()["response"]).content)
            return StoredResponse(
                status, body, {name: value for name, value in response.items() if name != "Content-Type"}
            )

        key = request.headers.get(HEADER["name"])
        if key is None:
            return view(request, response=response, **kwargs)
        fingerprint = fingerprint_of(view.__name__, json.loads(request.body))
        stored = respond_once(user_id=request.user.pk, key=key, fingerprint=fingerprint, work=work)
        return respond(stored.status, stored.body, stored.headers)

    def document(operation: Operation) -> None:
        operation.openapi_extra = {"parameters": [HEADER]}
        operations.append(operation)

    contribute_operation_callback(wrapper, document)
    return wrapper
