"""Files: what users upload, in a folder or where STORAGE_URL says; what the project ships, collected and compressed."""

from typing import Any

from config.settings.env import BASE_DIR, URL, env

# By the scheme of STORAGE_URL: the extra to install, the library that must be there, the backend of django-storages,
# its name for a bucket and our options: an upload never replaces another, and links are signed and expire.
STORAGE_SERVICES: dict[str, tuple[str, str, str, str, dict[str, Any]]] = {
    "s3": ("s3", "boto3", "s3.S3Storage", "bucket_name", {"file_overwrite": False}),
    "gs": (
        "gcs",
        "google.cloud.storage",
        "gcloud.GoogleCloudStorage",
        "bucket_name",
        {"file_overwrite": False, "expiration": 3600},
    ),
    "azure": (
        "azure",
        "azure.storage.blob",
        "azure_storage.AzureStorage",
        "azure_container",
        {"overwrite_files": False, "expiration_secs": 3600},
    ),
}


def file_storage(url: URL | None) -> dict[str, Any]:
    """Return the entry of STORAGES for `url`, such as `s3://bucket/folder?region_name=eu-central-1`.

    What is in the query becomes the backend's options, by django-storages' names.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    extra, library, backend, bucket, options = STORAGE_SERVICES[url.scheme]
    if not url.host:
        env.problems["STORAGE_URL"] = "must name a bucket or container"
    env.require_extra("STORAGE_URL", extra, "storages", library)
    where = {bucket: url.host, "location": url.path.strip("/")}
    return {"BACKEND": f"storages.backends.{backend}", "OPTIONS": {**where, **options, **url.options}}


STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"

MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))

STORAGES = {
    "default": file_storage(env.url("STORAGE_URL", *(f"{scheme}://" for scheme in STORAGE_SERVICES))),
    # Each name ends in a hash of the content, so that browsers keep the file for ever; compressed once, when collected.
    "staticfiles": {"BACKEND": "apps.pages.static.StaticFilesStorage"},
}
