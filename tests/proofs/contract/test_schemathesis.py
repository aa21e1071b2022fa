"""Requests made up from the OpenAPI documents, good and bad: no server error, and every answer as documented.

They go through the whole of WSGI, without a network. Hypothesis makes up the same ones in each run.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.models import User
from apps.demo.data import SIZES, load
from proofs.contract.documents import DOCUMENTS, OPERATIONS
from tests.authentication import Authenticate

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDED = hypothesis_settings(
    max_examples=7,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
CSRF_TOKEN = "x" * 32

# Who is asking is settled by `application_for`: made-up credentials would only get a 401 for every request.
CONFIG = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
SCHEMAS = {root: openapi.from_dict(deepcopy(document), config=CONFIG) for root, document in DOCUMENTS.items()}


def application_for(client: Client) -> WSGIApplication:
    """Return the project as a WSGI application to which every request comes with the credentials of `client`."""
    client.cookies[settings.CSRF_COOKIE_NAME] = CSRF_TOKEN
    credentials = {
        "HTTP_HOST": "testserver",
        "HTTP_COOKIE": "; ".join(f"{cookie.key}={cookie.value}" for cookie in client.cookies.values()),
        settings.CSRF_HEADER_NAME: CSRF_TOKEN,
        **client.defaults,
    }
    handler = WSGIHandler()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return handler({**environ, **credentials}, start_response)

    return application


def find_ids(client: Client, path: str) -> list[int]:
    """Return the ids of objects that `path` can be about, from the list that it is below; none if it is about no one."""
    collection, parameter, _ = path.partition("{")
    return [found["id"] for found in client.get(collection).json()["results"][:3]] if parameter else []


@contextmanager
def connection_left_open() -> Iterator[None]:
    """Let the end of a request leave the test's own connection, and so its transaction, open: see Django's ClientHandler."""
    signals = [request_started, request_finished]
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def signed_in(client: Client, user: User, authenticate_somehow: Authenticate) -> Client:
    """A client of `user`, who has something to look at and may do everything."""
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    list(load(owner=user, **dict.fromkeys(SIZES, 100)))
    authenticate_somehow(client, user)
    return client


@pytest.mark.parametrize(("root", "path", "method"), OPERATIONS)
def test_answers_as_documented(signed_in: Client, root: str, path: str, method: str) -> None:
    operation = SCHEMAS[root][path][method]
    application = application_for(signed_in)
    names = re.findall(r"\{(\w+)\}", path)
    about: list[dict[str, int] | None] = [dict.fromkeys(names, pk) for pk in find_ids(signed_in, path)]
    good = [operation.as_strategy(path_parameters=parameters) for parameters in about or [None]]
    bad = operation.as_strategy(GenerationMode.NEGATIVE)
    statuses = set()

    @BOUNDED
    @given(case=strategies.one_of(*good, bad))
    def ask(case: Case[Any]) -> None:
        response = case.call(app=application)
        case.validate_response(response, checks=CHECKS)
        statuses.add(response.status_code)

    with connection_left_open():
        ask()

    assert statuses - {401, 403, 404}, "Every request was sent away at the door."
