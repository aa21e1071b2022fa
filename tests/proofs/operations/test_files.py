"""Files are uploaded through both frameworks, checked by content, and read only through a signed link."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from config.settings.storage import file_storage
from config.urls import urlpatterns as usual

PNG = b"\x89PNG\r\n\x1a\n and the rest"

pytestmark = pytest.mark.django_db
FRAMEWORKS = [
    # % if "drf" in cookiecutter.api
    "drf",
    # % endif
    # % if "ninja" in cookiecutter.api
    "ninja",
    # % endif
]
PREFIXES = [f"/api/{framework}/" for framework in FRAMEWORKS]
urlpatterns = [
    *(path("", include(f"proofs.operations.uploads_{framework}")) for framework in FRAMEWORKS),
    path("", include(usual)),
]


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    """Keep uploads in a folder, as without STORAGE_URL."""
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(None)}
    settings.MEDIA_ROOT = tmp_path
    settings.ROOT_URLCONF = __name__


def send(prefix: str, name: str, content: bytes) -> Any:
    return Client().post(f"{prefix}uploads/", {"file": SimpleUploadedFile(name, content)})


def get(url: str) -> tuple[int, bytes, dict[str, str]]:
    """Return the status, the content and the headers."""
    response = Client().get(url)
    content = b"".join(response)  # the chunks of a file, or all of it
    return response.status_code, content, dict(response.headers)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_endpoint_for_files_is_in_the_document(prefix: str) -> None:
    for wanted in ("json", "yaml"):
        answer = Client().get(f"{prefix}schema/", {"format": wanted})
        assert answer.status_code == 200, answer.content
        text = answer.content.decode()
        assert "multipart/form-data" in text
        assert "format: binary" in text or '"format":"binary"' in text.replace(" ", "")
        assert "Upload a file" in text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_file_is_uploaded_and_read_by_its_link(prefix: str, tmp_path: Path) -> None:
    answer = send(prefix, "photo.png", PNG)
    assert answer.status_code == 201, answer.content
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [PNG]

    status, content, headers = get(answer.json()["link"])

    assert (status, content) == (200, PNG)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in headers["Cache-Control"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"<script>alert(1)</script>"),
        ("page.html", PNG),
        ("noextension", PNG),
        ("photo.pdf", PNG),
        ("photo.png", PNG[:4]),
        ("large.png", PNG + b"x" * 5_000_000),
    ],
)
def test_what_is_not_accepted_is_refused_by_its_content(prefix: str, name: str, content: bytes, tmp_path: Path) -> None:
    answer = send(prefix, name, content)

    assert 400 <= answer.status_code < 500, answer.content
    assert "Upload a PDF" in answer.content.decode() or "larger than" in answer.content.decode()
    assert list(tmp_path.iterdir()) == []


def link_to(name: str, content: bytes = b"private") -> str:
    storage = storages["default"]
    return storage.url(storage.save(name, ContentFile(content)))


def test_a_file_is_not_read_without_its_own_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    link, other = link_to("invoices/one.pdf"), link_to("invoices/two.pdf")
    where, _, signature = link.partition("?signature=")

    assert get(link)[0] == 200
    wrong = [where, f"{where}?signature=", f"{where}?signature=x", f"{link}x", f"{where}?{other.partition('?')[2]}"]
    wrong += [f"/media/../.env?signature={signature}", "/media/", f"/media/%00?signature={signature}"]
    assert {url: get(url)[0] for url in wrong} == dict.fromkeys(wrong, 404)
    assert Client().post(link).status_code in {403, 405}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3590)
    assert get(link)[0] == 200
    monkeypatch.setattr(time, "time", lambda: now + 3610)
    assert get(link)[0] == 404


def test_a_link_outlives_a_rotation_of_the_secret_key_and_not_its_file(settings: Settings, tmp_path: Path) -> None:
    link = link_to("a name with spaces & ümlauts?.html", b"<script>")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "y" * 50

    status, content, headers = get(link)

    assert (status, content) == (200, b"<script>")
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Security-Policy"].endswith("sandbox")
    for path_ in tmp_path.iterdir():
        path_.unlink()
    assert get(link)[0] == 404
