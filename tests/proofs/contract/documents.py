"""The OpenAPI documents of the APIs, for tests that go through their operations one by one."""

from typing import Any

import pytest
from django.urls import resolve

from apps.api.docs import build_document
from apps.api.openapi import operations
from proofs.contract.apis import ROOTS


def document_at(root: str) -> dict[str, Any]:
    """Return what is served at `schema/` under `root`, without a request: there are none while tests are collected."""
    view: Any = resolve(f"{root}schema/").func
    return build_document(view.view_initkwargs["build"], root)


DOCUMENTS = {root: document_at(root) for root in ROOTS}

# (root, path, method) of every operation of every API.
OPERATIONS = [
    pytest.param(root, path, method, id=f"{method.upper()} {path}")
    for root, document in DOCUMENTS.items()
    for path, method, _ in operations(document)
]
