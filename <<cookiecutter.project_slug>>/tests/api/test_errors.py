"""Errors of the API: one envelope for all."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from apps.accounts.models import User
from apps.api.errors import domain_error
from apps.errors import DomainError, NotFound
from tests.client import ApiClient


def check_envelope(response: Any, status: int, code: str) -> None:
    """Check that the response is an error as all are."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json"
    content = response.json()
    assert content.keys() - {"request_id"} == {"detail", "code", "errors"}
    assert content["code"] == code
    assert content["detail"]


def test_an_unknown_path_is_a_404(api: ApiClient) -> None:
    check_envelope(api.get("no/such/path/"), 404, "not_found")


def test_a_method_that_is_not_allowed_is_a_405(api: ApiClient) -> None:
    response = api.delete("users/me/")

    check_envelope(response, 405, "method_not_allowed")
    assert {"GET", "HEAD", "PATCH"} <= set(response.headers["Allow"].split(", "))


def test_a_body_that_is_no_json_is_a_400(api: ApiClient) -> None:
    check_envelope(api.patch("users/me/", b"{"), 400, "parse_error")


def test_a_body_of_another_type_is_a_415(api: ApiClient) -> None:
    check_envelope(api.patch("users/me/", b"<a/>", content_type="text/xml"), 415, "unsupported_media_type")


def test_a_body_that_is_too_large_is_a_413(api: ApiClient) -> None:
    check_envelope(api.patch("users/me/", {"name": "x" * 3_000_000}), 413, "request_too_large")


def test_a_bad_field_is_blamed(api: ApiClient) -> None:
    response = api.patch("users/me/", {"name": "x" * 151})

    check_envelope(response, 400, "validation_error")
    (error,) = response.json()["errors"]
    assert (error["field"], error["code"]) == ("name", "max_length")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(ValueError("secret"), 500, "server_error"), (OperationalError("secret"), 503, "unavailable")],
)
def test_a_failure_reveals_nothing_internal(
    root: str, user: User, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    api = ApiClient(root, user, raise_request_exception=False)
    monkeypatch.setattr(User, "save", Mock(side_effect=error))

    response = api.patch("users/me/", {"name": "Ada"}, headers={"X-Request-ID": "request-1"})

    check_envelope(response, status, code)
    assert response.json()["request_id"] == "request-1"
    assert "secret" not in response.text
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("error", "status", "code", "blamed"),
    [
        (NotFound(), 404, "not_found", []),
        (DomainError("conflict", "Taken."), 409, "conflict", []),
        (DomainError("sold_out", "Sold out."), 400, "sold_out", []),
        (DomainError("sold_out", "Sold out.", field="items.0"), 400, "sold_out", ["items.0"]),
        (DomainError("required", "Required.", field="name"), 400, "validation_error", ["name"]),
    ],
)
def test_an_error_of_a_service_becomes_a_response(
    error: DomainError, status: int, code: str, blamed: list[str]
) -> None:
    answered, body = domain_error(error)

    assert (answered, body["code"]) == (status, code)
    assert [field["field"] for field in body["errors"]] == blamed
