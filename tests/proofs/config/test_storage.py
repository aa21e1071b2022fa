"""Files are kept in a folder or by a service, as STORAGE_URL says."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django import Settings

from config.settings.env import is_installed, parse_url
from config.settings.storage import file_storage
from proofs.config.loading import refusal

# The extra and its library, by the scheme of STORAGE_URL.
EXTRAS = {"s3": ("s3", "boto3"), "gs": ("gcs", "google.cloud.storage"), "azure": ("azure", "azure.storage.blob")}
URLS = {
    "s3": "s3://bucket/some/folder?region_name=eu-central-1&querystring_expire=60&gzip=true",
    "gs": "gs://bucket/some/folder?project_id=shop&expiration=60&gzip=true",
    "azure": "azure://bucket/some/folder?account_name=shop&account_key=a2V5&expiration_secs=60&azure_ssl=true",
}


def test_without_a_url_files_are_kept_in_a_folder(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(None)}
    settings.MEDIA_ROOT = tmp_path

    name = storages["default"].save("notes.txt", ContentFile(b"Hello"))

    assert (tmp_path / name).read_bytes() == b"Hello"
    assert storages["default"].url(name).startswith("/media/notes.txt?signature=")


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")  # in django-storages' backend for Azure
@pytest.mark.parametrize(
    ("scheme", "expiry"), [("s3", "querystring_expire"), ("gs", "expiration"), ("azure", "expiration_secs")]
)
def test_a_services_backend_takes_the_options_of_the_url(settings: Settings, scheme: str, expiry: str) -> None:
    extra, library = EXTRAS[scheme]
    if not is_installed(library):
        pytest.skip(f"the extra {extra} is not installed")
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(parse_url(URLS[scheme]))}

    storage = storages["default"]  # which refuses options that it does not know

    assert getattr(storage, "azure_container" if scheme == "azure" else "bucket_name") == "bucket"
    assert storage.location == "some/folder"  # type: ignore[attr-defined] # not every storage has one
    assert getattr(storage, expiry) == 60
    assert list(storage.get_object_parameters("a.html").values()) == ["attachment"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "option"),
    [("no", False), ("off", False), ("FALSE", False), ("False", False), ("Yes", True), ("on", True), ("true", True)],
)
def test_a_boolean_of_the_url_means_what_it_means_in_a_variable(value: str, option: object) -> None:
    assert file_storage(parse_url(f"s3://bucket?querystring_auth={value}"))["OPTIONS"]["querystring_auth"] is option


@pytest.mark.parametrize("scheme", EXTRAS)
def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda module: None)

    extra = EXTRAS[scheme][0]

    assert f"STORAGE_URL needs more to be installed: uv sync --extra {extra}." in refusal(STORAGE_URL=URLS[scheme])


def test_a_module_in_a_package_that_is_missing_is_missing() -> None:
    assert not is_installed("nowhere.to.be.found")
