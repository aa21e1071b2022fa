"""Static files as production serves them: compressed, and named after their content."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from config.settings.storage import STORAGES

# A response that is let go of ends its request, which looks after the connection that an earlier test has left open.
pytestmark = pytest.mark.django_db


@pytest.fixture
def _collected(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # ours: few
    settings.STORAGES = STORAGES
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", interactive=False, verbosity=0)


def get(url: str, **headers: str) -> HttpResponseBase:
    """Ask for `url` and let go of the file."""
    response: HttpResponseBase = Client(headers=headers).get(url)
    response.close()
    return response


@pytest.mark.usefixtures("_collected")
def test_a_file_is_kept_for_ever_under_a_name_made_of_its_content() -> None:
    url = staticfiles_storage.url("favicon.svg")

    assert url.startswith("/static/favicon.")
    assert url != "/static/favicon.svg"
    assert get(url).headers["Cache-Control"] == "max-age=315360000, public, immutable"


@pytest.mark.usefixtures("_collected")
def test_a_file_is_compressed_for_who_understands_that() -> None:
    url = staticfiles_storage.url("api_docs.css")

    compressed, plain = get(url, accept_encoding="gzip"), get(url)

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == "Accept-Encoding"


PROMISED = {
    "Content-Security-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


@pytest.mark.usefixtures("_collected")
@pytest.mark.parametrize(
    ("status", "method", "path", "headers"),
    [
        (200, "GET", "favicon.svg", {}),
        (200, "HEAD", "api_docs.css", {}),
        (200, "GET", "api_docs.js", {"Accept-Encoding": "gzip"}),
        (206, "GET", "api_docs.css", {"Range": "bytes=0-9"}),
        (416, "GET", "api_docs.css", {"Range": "bytes=9999999-"}),
        (304, "GET", "favicon.svg", {"If-None-Match": "*"}),
        (405, "POST", "favicon.svg", {}),
        (404, "GET", "/static/nowhere.css", {}),
        (200, "GET", "/", {}),
        (200, "GET", "/health/live/", {}),
        (400, "GET", "/", {"Host": "elsewhere.example.org"}),
        (200, "OPTIONS", "/api/", {"Origin": "https://a.example.org", "Access-Control-Request-Method": "GET"}),
        (411, "POST", "/api/", {"Transfer-Encoding": "chunked"}),
        (413, "POST", "/static/favicon.svg", {"Content-Length": "99999999"}),
        (404, "GET", "/\u00e9%FF", {}),
    ],
)
def test_every_response_has_the_headers_that_the_security_page_promises(
    settings: Settings, status: int, method: str, path: str, headers: dict[str, str]
) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    url = path if path.startswith("/") else staticfiles_storage.url(path)
    if headers.get("If-None-Match"):
        headers = {"If-Modified-Since": get(url).headers["Last-Modified"]}
    length = (
        {"CONTENT_LENGTH": headers["Content-Length"], "CONTENT_TYPE": "application/json"}
        if "Content-Length" in headers
        else {}
    )

    response = Client().generic(method, url, content_type="application/json", headers=headers, secure=True, **length)
    response.close()

    assert response.status_code == status
    assert sorted(PROMISED - set(response.headers)) == []


def test_the_redirect_to_https_has_them_but_for_hsts(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response = Client().get("/static/favicon.svg")

    assert response.status_code == 301
    assert PROMISED - set(response.headers) <= {
        *("Strict-Transport-Security", "Referrer-Policy"),
        *("X-Content-Type-Options", "Cross-Origin-Opener-Policy"),
    }
