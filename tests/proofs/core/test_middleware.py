"""Middleware, each around a synchronous and an asynchronous view."""

import asyncio
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, RequestFactory
from pytest_django.fixtures import Settings
from structlog.testing import capture_logs

from apps.api.middleware import api_errors
from apps.observability import middleware
from apps.observability.context import get_current_user, get_request_id
from tests.factories import UserFactory

type View = Callable[[HttpRequest], HttpResponse]
type Serve = Callable[..., HttpResponse]


@pytest.fixture(params=["sync", "async"])
def serve(request: pytest.FixtureRequest) -> Serve:
    """Send a request through one middleware to a view: `serve(middleware, view, path, user=…, **headers)`."""

    def prepared(factory: Any, path: str, user: object, headers: dict[str, str]) -> HttpRequest:
        prepared: HttpRequest = factory.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        if user is not None:
            prepared.user = user  # type: ignore[assignment]
        return prepared

    def serve_sync(around: Any, view: View, path: str = "/", user: object = None, **headers: str) -> HttpResponse:
        response: HttpResponse = around(view)(prepared(RequestFactory(), path, user, headers))
        return response

    def serve_async(around: Any, view: View, path: str = "/", user: object = None, **headers: str) -> HttpResponse:
        async def async_view(request: HttpRequest) -> HttpResponse:
            await asyncio.sleep(0)
            return view(request)

        async def respond() -> HttpResponse:
            response: HttpResponse = await around(async_view)(prepared(AsyncRequestFactory(), path, user, headers))
            return response

        return async_to_sync(respond)()

    return serve_sync if request.param == "sync" else serve_async


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_request_id())


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the view failed")


def test_the_clients_request_id_is_known_inside_and_comes_back(serve: Serve) -> None:
    response = serve(middleware.request_context, ok, x_request_id="client-id-1")

    assert response["X-Request-ID"] == "client-id-1"
    assert response.content == b"client-id-1"
    assert get_request_id() == ""


@pytest.mark.parametrize("given", ["short", "x" * 129, "white space", "é" * 10, ""])
def test_a_request_without_a_sane_id_gets_a_uuid(serve: Serve, given: str) -> None:
    chosen = serve(middleware.request_context, ok, x_request_id=given)["X-Request-ID"]

    assert str(uuid.UUID(chosen)) == chosen


def test_the_request_id_is_forgotten_when_the_view_raises(serve: Serve) -> None:
    with pytest.raises(RuntimeError, match="the view failed"):
        serve(middleware.request_context, fails, x_request_id="client-id-1")

    assert get_request_id() == ""


def test_says_how_long_it_took(serve: Serve) -> None:
    with capture_logs() as logs:
        response = serve(middleware.timing, ok, "/somewhere/?token=secret")

    assert re.fullmatch(r"\d+\.\d\dms", response["X-Response-Time"])
    assert re.fullmatch(r"app;dur=\d+\.\d\d", response["Server-Timing"])
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("request", "info")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/somewhere/", 200)


def test_warns_of_a_slow_request(serve: Serve, settings: Settings) -> None:
    settings.SLOW_REQUEST_MS = -1

    with capture_logs() as logs:
        serve(middleware.timing, ok)

    assert [(line["event"], line["log_level"]) for line in logs] == [("slow request", "warning")]


def test_the_current_user_is_the_requests(serve: Serve) -> None:
    ada = UserFactory.build()
    seen = []

    def looks(request: HttpRequest) -> HttpResponse:
        seen.append(get_current_user())
        return HttpResponse()

    serve(middleware.request_context, looks, user=ada)

    assert seen == [ada]
    assert get_current_user() is None


def test_a_request_without_a_user_has_none(serve: Serve) -> None:
    assert serve(middleware.request_context, lambda request: HttpResponse(repr(get_current_user()))).content == b"None"


def test_the_current_user_is_forgotten_when_the_view_raises(serve: Serve) -> None:
    with pytest.raises(RuntimeError, match="the view failed"):
        serve(middleware.request_context, fails, user=UserFactory.build())

    assert get_current_user() is None


@pytest.mark.parametrize("status", [400, 403, 404, 418, 500, 503])
def test_errors_under_api_become_the_envelope(serve: Serve, status: int) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("<h1>Oops</h1>", status=status, headers={"Allow": "GET"})
        response.set_cookie("kept", "yes")
        return response

    response = serve(api_errors, page, "/api/v1/x/")

    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    assert response["Allow"] == "GET"
    assert response.cookies["kept"].value == "yes"
    assert b"Oops" not in response.content


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/admin/", 500), ("/apiary/", 404), ("/api/v1/x/", 200)])
def test_other_answers_are_left_alone(serve: Serve, path: str, status: int) -> None:
    response = serve(api_errors, lambda request: HttpResponse("as it was", status=status), path)

    assert response.content == b"as it was"


@pytest.mark.django_db
def test_the_whole_stack_serves_asynchronously_too() -> None:
    response = async_to_sync(AsyncClient().get)("/api/v1/nothing/", headers={"X-Request-ID": "client-id-1"})

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert response["X-Request-ID"] == "client-id-1"
    assert response["X-Response-Time"]
