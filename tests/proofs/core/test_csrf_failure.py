"""What a request without a valid CSRF token is told: in words under /api/, with a page elsewhere."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

pytestmark = pytest.mark.urls(__name__)


def protected(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


urlpatterns = [path("api/protected/", protected), path("protected/", protected)]


def test_under_api_it_is_the_envelope() -> None:
    response = Client(enforce_csrf_checks=True).post("/api/protected/")

    assert response.status_code == 403
    assert response.json()["code"] == "permission_denied"


def test_elsewhere_it_is_djangos_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/protected/")

    assert response.status_code == 403
    assert b"CSRF verification failed" in response.content
