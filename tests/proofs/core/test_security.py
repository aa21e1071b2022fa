"""What every response says to browsers, and what is refused before it costs anything."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

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
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }

    for _ in range(3):
        response = client.options(f"{root}users/me/", headers=asked)
        assert response.status_code == 200
        assert response["Access-Control-Allow-Origin"] == APP
        assert "POST" in response["Access-Control-Allow-Methods"]
        assert "idempotency-key" in response["Access-Control-Allow-Headers"]


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


def test_security_txt_says_where_to_report_a_weakness(client: Client, settings: Settings) -> None:
    response = client.get("/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == settings.SECURITY_CONTACT
    assert timedelta(days=90) < datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC) < timedelta(days=365)
    assert fields["Canonical"].endswith("/.well-known/security.txt")


@pytest.mark.django_db
def test_an_upload_over_the_limit_is_refused_before_it_is_read(client: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10_000
    form = {"username": "ada@example.com", "password": "x"}

    def status(size: int) -> int:
        return client.post("/admin/login/", {**form, "file": SimpleUploadedFile("a", b"x" * size)}).status_code

    assert status(1_000) == 200
    assert status(10_000) in {400, 413}
