"""What every response says to browsers, and what is refused before it costs anything."""

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.security.uploads import check_content_type, limit_asgi_body
from proofs.contract.apis import ROOTS

APP = "https://app.example.com"
PAGES = ["/", "/admin/login/", "/health/live/", "/nothing/", "/static/favicon.svg", f"{ROOTS[0]}users/me/"]


@pytest.fixture(autouse=True)
def _one_origin(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [APP]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_response_is_isolated_from_other_origins(client: Client, page: str) -> None:
    response = client.get(page)
    response.close()

    headers = response.headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("root", [*ROOTS, "/_allauth/"])
def test_a_preflight_from_a_known_origin_is_answered_and_not_counted(
    client: Client, settings: Settings, root: str
) -> None:
    settings.THROTTLE_RATES = {"anon": "1/day", "user": "1/day"}
    asked = {
        "Origin": APP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-request-id",
    }

    for _ in range(3):
        response = client.options(f"{root}users/me/", headers=asked)
        assert response.status_code == 200
        assert response["Access-Control-Allow-Origin"] == APP
        assert "POST" in response["Access-Control-Allow-Methods"]
        assert "x-request-id" in response["Access-Control-Allow-Headers"]


@pytest.mark.django_db
@pytest.mark.parametrize("root", ROOTS)
def test_a_known_origin_may_read_the_answer_and_our_headers(client: Client, root: str) -> None:
    response = client.get(f"{root}users/me/", headers={"Origin": APP})

    assert response.status_code == 401
    assert response["Access-Control-Allow-Origin"] == APP
    assert {"X-Request-ID", "Retry-After"} <= set(response["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "origin", ["https://evil.example.com", "http://app.example.com", f"{APP}.evil.com", f"{APP}:8443", "null", "é"]
)
def test_no_other_origin_may(client: Client, origin: str) -> None:
    response = client.get(f"{ROOTS[0]}users/me/", headers={"Origin": origin})

    assert not [name for name in response.headers if name.startswith("Access-Control")]


@pytest.mark.django_db
def test_pages_are_no_api(client: Client) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/admin/login/", headers={"Origin": APP})


def test_cookies_cross_origins_only_where_they_sign_anybody_in(client: Client, settings: Settings) -> None:
    response = client.get("/_allauth/", headers={"Origin": APP})

    assert ("Access-Control-Allow-Credentials" in response) == ("browser" in settings.HEADLESS_CLIENTS)


class Unreadable:
    """A body that nobody may read."""

    def read(self, *args: object) -> bytes:
        pytest.fail("the body was read")

    readline = read


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/_allauth/app/v1/auth/login", "/health/live/", "/nowhere/"])
@pytest.mark.parametrize(
    ("media_type", "limit"),
    [
        ("application/json", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
        ("Application/JSON; charset=utf-8", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
        ("application/x-www-form-urlencoded", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
        ("multipart/form-data; boundary=x", "UPLOAD_MAX_BYTES"),
        ("text/csv", "UPLOAD_MAX_BYTES"),
    ],
)
def test_a_body_over_the_limit_is_a_413_before_it_is_read(
    client: Client, settings: Settings, path: str, media_type: str, limit: str
) -> None:
    size = getattr(settings, limit) + 1

    response = client.generic(
        "POST", path, b"x", content_type=media_type, **{"CONTENT_LENGTH": str(size), "wsgi.input": Unreadable()}
    )

    assert response.status_code == 413


@pytest.mark.django_db
def test_forms_with_files_have_a_limit_of_their_own(client: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10_000
    form = {"username": "ada@example.com", "password": "x"}

    def status(size: int) -> int:
        return client.post("/admin/login/", {**form, "file": SimpleUploadedFile("a", b"x" * size)}).status_code

    assert status(1_000) == 200
    assert status(10_000) == 413


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/_allauth/app/v1/auth/login", *ROOTS])
@pytest.mark.parametrize("coding", ["chunked", "Chunked", "gzip, chunked"])
def test_a_body_without_a_length_is_a_411(client: Client, path: str, coding: str) -> None:
    environ = {"HTTP_TRANSFER_ENCODING": coding, "CONTENT_LENGTH": "", "wsgi.input": Unreadable()}

    response = client.generic("PATCH", path, b"{}", content_type="application/json", **environ)

    assert response.status_code == 411
    assert not path.startswith("/api/") or response.json()["code"] == "length_required"


@pytest.mark.parametrize("length", ["", "-5", "five", "²", "9" * 30, "1e9"])
def test_a_length_that_is_none_does_no_harm(client: Client, length: str) -> None:
    response = client.generic("POST", "/nowhere/", b"{}", content_type="application/json", CONTENT_LENGTH=length)

    assert response.status_code in {404, 413}


def served_asgi(chunks: list[bytes], headers: dict[bytes, bytes]) -> bytes:
    """Send a body through the limit and return what the application behind it receives of it."""
    messages = iter([{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks])
    end = iter([{"type": "http.request", "body": b""}])
    seen = b""

    async def receive() -> dict[str, object]:
        return next(messages, None) or next(end, {"type": "http.disconnect"})

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal seen
        while (message := await receive())["type"] == "http.request":
            seen += message.get("body", b"")
            if not message.get("more_body"):
                break
        assert (await receive())["type"] == "http.disconnect"

    async_to_sync(limit_asgi_body(application))({"type": "http", "headers": list(headers.items())}, receive, None)
    return seen


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({b"content-length": b"5"}, b"12345"),
        ({b"content-length": b"10"}, b"12345"),
        ({b"content-length": b"11"}, b""),
        ({b"content-length": b"9" * 30}, b""),
        ({b"content-length": b"five"}, b"12345"),
        ({b"transfer-encoding": b"chunked"}, b""),
    ],
)
def test_a_body_that_is_refused_is_not_kept_under_asgi(
    settings: Settings, headers: dict[bytes, bytes], body: bytes
) -> None:
    settings.UPLOAD_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    assert served_asgi([b"123", b"45"], headers) == body


JSON = "application/json"
CONTENT_TYPES = [
    ("", ""),
    (JSON, JSON),
    (f"{JSON}; charset=UTF8", JSON),
    ("multipart/form-data; boundary=x", "multipart/form-data"),
    *(
        (f"{JSON}; {parameter}", "application/octet-stream")
        for parameter in (
            *("charset=rot13", "charset=hex", "charset=idna", "charset=undefined", "charset=utf-16", "charset=latin-1"),
            *(
                "charset=klingon",
                "charset=\0",
                "charset*=utf-8''rot13",
                "a*=klingon''b",
                "a*=undefined''b",
                "a*=idna''%ff",
            ),
        )
    ),
    ("text/plain; " + "a=b;" * 5_000, "application/octet-stream"),
]


@pytest.mark.parametrize(("content_type", "taken_for"), CONTENT_TYPES)
def test_a_content_type_that_cannot_be_read_is_that_of_bytes(content_type: str, taken_for: str) -> None:
    requests: list[WSGIRequest | ASGIRequest] = []

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        requests.append(ASGIRequest(scope, None))

    environ: dict[str, Any] = {"CONTENT_TYPE": content_type, "QUERY_STRING": "a=b"}
    setup_testing_defaults(environ)
    check_content_type(lambda environ, start_response: requests.append(WSGIRequest(environ)))(environ, None)
    headers = [(b"cookie", b"a"), (b"cookie", b"b"), (b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"a=b", "headers": headers}
    async_to_sync(limit_asgi_body(asgi))(scope, None, None)

    assert [request.content_type for request in requests] == [taken_for] * 2
    assert [request.GET.dict() for request in requests] == [{"a": "b"}] * 2
    assert requests[1].META["HTTP_COOKIE"] == "a; b"
