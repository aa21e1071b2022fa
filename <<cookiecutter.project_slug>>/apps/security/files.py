"""Uploaded files in MEDIA_ROOT: links to them are signed and expire, as those to object storage do."""

from urllib.parse import urlencode

from django.core.files.storage import FileSystemStorage, default_storage
from django.core.signing import BadSignature, TimestampSigner
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

SECONDS = 3600
SALT = "apps.security.files"
HEADERS = {
    "Cache-Control": f"private, max-age={SECONDS}",
    "Content-Security-Policy": "default-src 'none'; sandbox",  # a file that a browser shows after all can do nothing
    "Cross-Origin-Resource-Policy": "same-site",  # the frontend may show images
}


class SignedFileSystemStorage(FileSystemStorage):
    """Keeps files in MEDIA_ROOT. A link to a file opens it for an hour."""

    def url(self, name: str | None) -> str:
        signature = TimestampSigner(salt=SALT).sign(name or "").removeprefix(f"{name}:")
        return f"{super().url(name)}?{urlencode({'signature': signature})}"


@require_safe
def download(request: HttpRequest, name: str) -> FileResponse:
    """Send the file that a signed link is for, to be saved."""
    try:
        TimestampSigner(salt=SALT).unsign(f"{name}:{request.GET.get('signature', '')}", max_age=SECONDS)
        file = default_storage.open(name)
    except (BadSignature, FileNotFoundError):
        raise Http404 from None
    return FileResponse(file, as_attachment=True, headers=HEADERS)
