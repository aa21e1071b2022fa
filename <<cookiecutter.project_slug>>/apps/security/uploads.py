"""A limit for uploads: Django itself has none, and reads a form's files for whoever sends them."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUpload(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: refuses a body over UPLOAD_MAX_BYTES before any of it is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: Any = None,
    ) -> None:
        """Raise RequestDataTooBig, or leave the body to the next handler."""
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig(f"The body is larger than UPLOAD_MAX_BYTES={settings.UPLOAD_MAX_BYTES}.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the data on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
