"""Endpoints of Django REST framework that take files."""

from typing import Any

from django.core.files.storage import storages
from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework import generics, parsers, serializers, views
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from proofs.operations.validator import validate_upload


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(validators=[validate_upload], write_only=True)
    link = serializers.CharField(read_only=True)

    def create(self, validated_data: dict[str, Any]) -> Any:
        name = storages["default"].save(validated_data["file"].name, validated_data["file"])
        return {"link": storages["default"].url(name)}


class Uploads(generics.CreateAPIView[Any]):
    """Upload a file."""

    permission_classes = []
    parser_classes = [parsers.MultiPartParser]
    serializer_class = UploadSerializer


class Undocumented(generics.CreateAPIView[Any]):
    permission_classes = []
    serializer_class = UploadSerializer

    def get_queryset(self) -> Any:
        return User.objects.none()


class Plain(views.APIView):
    permission_classes = []
    parser_classes = [parsers.FileUploadParser]

    def put(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path("api/drf/uploads/", Uploads.as_view()),
    path("api/drf/undocumented/", Undocumented.as_view()),
    path("api/drf/plain/", Plain.as_view()),
    path("api/drf/schema/", SpectacularAPIView.as_view(urlconf=__name__)),
]
