"""Files: what users upload, in a folder or where STORAGE_URL says; what the project ships, collected and compressed."""

from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.env import BASE_DIR, env, require_extra, url_options


class Service(NamedTuple):
    """A storage of django-storages': the extra to install, the library that must be there, and how we use it."""

    extra: str
    library: str
    backend: str
    bucket: str  # what its option for a bucket is called
    options: dict[str, Any]


# By the scheme of STORAGE_URL. An upload never replaces another of its name, and links to files are signed and expire.
SERVICES = {
    "s3": Service("s3", "boto3", "storages.backends.s3.S3Storage", "bucket_name", {"file_overwrite": False}),
    "gs": Service(
        "gcs",
        "google.cloud.storage",
        "storages.backends.gcloud.GoogleCloudStorage",
        "bucket_name",
        {"file_overwrite": False, "expiration": 3600},
    ),
    "azure": Service(
        "azure",
        "azure.storage.blob",
        "storages.backends.azure_storage.AzureStorage",
        "azure_container",
        {"overwrite_files": False, "expiration_secs": 3600},
    ),
}


def file_storage(url: str) -> dict[str, Any]:
    """Return the entry of STORAGES for `url`, such as `s3://bucket/folder?region_name=eu-central-1`; empty: MEDIA_ROOT.

    What is in the query becomes the backend's options, by django-storages' names.

    Raises:
        ImproperlyConfigured: the service is unknown, or its extra is not installed.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(url)
    if parts.scheme not in SERVICES:
        known = ", ".join(f"{scheme}://" for scheme in SERVICES)
        raise ImproperlyConfigured(f"STORAGE_URL begins with {parts.scheme}://, which is none of {known}.")
    service = SERVICES[parts.scheme]
    require_extra(service.extra, ["storages", service.library], variable="STORAGE_URL")
    where = {service.bucket: parts.netloc, "location": unquote(parts.path).strip("/")}
    return {"BACKEND": service.backend, "OPTIONS": {**where, **service.options, **url_options(url)}}


STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"

MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))

STORAGES = {
    "default": file_storage(env.str("STORAGE_URL", default="")),
    # Each name ends in a hash of the content, so that browsers keep the file for ever; compressed once, when collected.
    "staticfiles": {"BACKEND": "apps.pages.static.StaticFilesStorage"},
}
