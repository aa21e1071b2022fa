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
