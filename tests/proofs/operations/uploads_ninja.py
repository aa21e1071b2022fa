"""Endpoints of Django Ninja that take files."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.urls import path
from ninja import File, Router, UploadedFile

from apps.api.ninja.api import API
from apps.api.ninja.openapi import schema_view
from apps.errors import DomainError
from proofs.operations.validator import validate_upload

router = Router()


@router.post("/uploads/", response={201: dict[str, str]})
def upload(request: Any, file: File[UploadedFile]) -> dict[str, str]:
    """Upload a file."""
    try:
        validate_upload(file)
    except ValidationError as error:
        raise DomainError("invalid_file", error.messages[0], field="file") from None
    return {"link": storages["default"].url(storages["default"].save(file.name, file))}


@router.post("/many/")
def upload_many(request: Any, files: File[list[UploadedFile]]) -> dict[str, int]:
    """Upload several files."""
    return {"files": len(files)}


api = API(title="Uploads", urls_namespace="uploads")
api.add_router("", router)
urlpatterns = [path("api/ninja/schema/", schema_view(api)), path("api/ninja/", api.urls)]
