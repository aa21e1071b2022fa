"""The checks of `ApiClient` itself."""

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from zeal.errors import NPlusOneError

from apps.accounts.models import User
from apps.api.errors import envelope
from proofs.contract.client import ApiClient
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def deferred_field(request: HttpRequest) -> HttpResponse:
    return HttpResponse(User.objects.defer("name")[0].name)


def n_plus_one(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sum(len(user.groups.all()) for user in User.objects.order_by("pk")))


def six_queries(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sum(User.objects.filter(pk=pk).exists() for pk in range(6)))


def page_of_html(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Not found", status=404, content_type="application/json")


def other_shape(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"error": "Not found"}, status=404)


def wrong_code(request: HttpRequest) -> HttpResponse:
    return JsonResponse(envelope(404, "gone"), status=404)


urlpatterns = [
    path(f"api/{view.__name__}/", view)
    for view in (deferred_field, n_plus_one, six_queries, page_of_html, other_shape, wrong_code)
]


@pytest.mark.parametrize(
    ("name", "caught"),
    [
        ("deferred_field", FieldFetchBlocked),
        ("n_plus_one", NPlusOneError),
        ("six_queries", AssertionError),
        ("page_of_html", ValueError),
        ("other_shape", AssertionError),
        ("wrong_code", AssertionError),
    ],
)
def test_catches(name: str, caught: type[Exception]) -> None:
    UserFactory.create_batch(3)

    with pytest.raises(caught):
        ApiClient("/api/").get(f"{name}/")
