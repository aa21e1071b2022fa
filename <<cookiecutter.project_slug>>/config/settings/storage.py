"""Uploaded files, in a folder or where STORAGE_URL says, and static files."""

from typing import Any

from config.settings.env import BASE_DIR, URL, env


def file_storage(url: URL | None) -> dict[str, Any]:
    """Return the STORAGES entry for `s3://bucket/folder?region_name=eu-central-1`, with options of django-storages."""
    if not url:
        return {"BACKEND": "apps.security.files.SignedFileSystemStorage"}
    if not url.host:
        env.problems["STORAGE_URL"] = "must name a bucket or container"
    options: dict[str, Any]
    disposition = "content_disposition"
    match url.scheme:
        case "s3":
            env.require_extra("STORAGE_URL", "s3", "storages", "boto3")
            backend, options = "s3.S3Storage", {"bucket_name": url.host, "file_overwrite": False}
            disposition = "ContentDisposition"
        case "gs":
            env.require_extra("STORAGE_URL", "gcs", "storages", "google.cloud.storage")
            backend = "gcloud.GoogleCloudStorage"
            options = {"bucket_name": url.host, "file_overwrite": False, "expiration": 3600}
        case _:
            env.require_extra("STORAGE_URL", "azure", "storages", "azure.storage.blob")
            if url.options.keys().isdisjoint({"account_name", "connection_string"}):  # the library does not ask for one
                env.refuse("STORAGE_URL")
            backend = "azure_storage.AzureStorage"
            options = {"azure_container": url.host, "overwrite_files": False, "expiration_secs": 3600}
    options["object_parameters"] = {disposition: "attachment"}  # browsers save a file, they do not show it
    return {
        "BACKEND": f"storages.backends.{backend}",
        "OPTIONS": {"location": url.path.strip("/"), **options, **url.options},
    }


STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"

MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))

STORAGES = {
    "default": file_storage(env.url("STORAGE_URL", "s3://", "gs://", "azure://")),
    "staticfiles": {"BACKEND": "apps.pages.static.StaticFilesStorage"},
}
