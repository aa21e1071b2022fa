"""Every error under /api/ is the one envelope: `ApiClient` checks its form, these tests what it says."""

import logging
from collections.abc import Callable

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from proofs.contract.client import ApiClient


def test_validation_names_every_wrong_field(someone: ApiClient) -> None:
    answer = someone.patch("users/me/", {"nmae": "Ada", "name": "x" * 151, "id": 5})

    assert answer.status == 400
    assert answer.json["code"] == "validation_error"
    assert answer.json["detail"] == "The request is not valid."
    assert sorted(answer.fields()) == [("id", "unknown_field"), ("name", "max_length"), ("nmae", "unknown_field")]


@pytest.mark.parametrize("body", [[], [{}], "Ada", 5, True, None])
def test_a_body_that_is_no_object_blames_no_field(someone: ApiClient, body: object) -> None:
    answer = someone.patch("users/me/", b"null" if body is None else body)

    assert answer.status == 400
    assert answer.json["code"] == "validation_error"
    assert answer.json["errors"] == []


def test_what_is_not_json_is_a_parse_error_that_says_where(someone: ApiClient) -> None:
    answer = someone.patch("users/me/", b'{"name": }')

    assert answer.status == 400
    assert answer.json["code"] == "parse_error"
    assert "line 1 column 10" in answer.json["detail"]
    assert answer.json["errors"] == []


def test_no_credentials_are_a_401_that_says_how_to_authenticate(visitor: ApiClient) -> None:
    answer = visitor.get("users/me/")

    assert answer.status == 401
    assert answer.json["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("path", ["/api/", "/api/v9/users/me/", "nothing/", "users/me", "USERS/ME/", "users/me/x/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_that_leads_nowhere_is_a_404(someone: ApiClient, method: str, path: str) -> None:
    answer = someone.request(method, path)

    assert answer.status == 404
    assert answer.json == {"detail": "Not found.", "code": "not_found", "errors": []}


def test_a_path_that_leads_nowhere_asks_for_no_csrf_token(api: ApiClient) -> None:
    api.django.handler.enforce_csrf_checks = True

    assert api.post("nothing/", {}).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "BREW"])
def test_a_wrong_method_is_a_405_that_lists_the_right_ones(someone: ApiClient, method: str) -> None:
    answer = someone.request(method, "users/me/", {})

    assert answer.status == 405
    assert answer.json["code"] == "method_not_allowed"
    assert answer.allowed == {"GET", "HEAD", "PATCH"}


@pytest.mark.parametrize("path", ["schema/", "docs/"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "BREW"])
def test_what_can_only_be_read_says_so(visitor: ApiClient, method: str, path: str) -> None:
    visitor.django.handler.enforce_csrf_checks = True

    answer = visitor.request(method, path)

    assert answer.status == 405
    assert answer.allowed == {"GET", "HEAD"}


def test_a_wrong_method_is_a_405_for_every_caller(visitor: ApiClient) -> None:
    assert visitor.request("DELETE", "users/me/").status == 405
    assert visitor.request("OPTIONS", "users/me/").status == 405


def test_head_is_get_without_the_body(someone: ApiClient) -> None:
    got, asked = someone.get("users/me/"), someone.request("HEAD", "users/me/")

    assert (asked.status, asked.content) == (200, b"")
    assert asked.headers["Content-Type"] == got.headers["Content-Type"]
    assert asked.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*, text/csv"])
def test_only_json_can_be_had(someone: ApiClient, accept: str) -> None:
    answer = someone.get("users/me/", accept=accept)

    assert answer.status == 406
    assert answer.json["code"] == "not_acceptable"


@pytest.mark.parametrize("accept", ["application/json", "application/*", "*/*", "text/html, application/json;q=0.1"])
def test_json_can_be_asked_for_in_several_ways(someone: ApiClient, accept: str) -> None:
    assert someone.get("users/me/", accept=accept).status == 200


def test_a_body_over_the_limit_is_a_413(someone: ApiClient, settings: Settings, user: User) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = someone.patch("users/me/", {"name": "x" * 100})

    assert answer.status == 413
    assert answer.json["code"] == "request_too_large"


def test_a_body_of_another_kind_over_the_limit_is_a_415(someone: ApiClient, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert someone.request("PATCH", "users/me/", b"x" * 200, content_type="text/plain").status == 415


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "no"]
)
def test_only_json_is_understood(someone: ApiClient, content_type: str) -> None:
    answer = someone.request("PATCH", "users/me/", b"name=Ada", content_type=content_type)

    assert answer.status == 415
    assert answer.json["code"] == "unsupported_media_type"


def test_a_charset_beside_json_is_understood(someone: ApiClient) -> None:
    answer = someone.request("PATCH", "users/me/", {"name": "Ada"}, content_type="application/json; charset=utf-8")

    assert answer.status == 200


def test_an_empty_body_is_an_empty_object(someone: ApiClient) -> None:
    assert someone.patch("users/me/").status == 200


def test_too_many_requests_of_a_user_are_a_429_that_says_how_long_to_wait(
    api: ApiClient, limit_rates: Callable[[str], None]
) -> None:
    limit_rates("2/day")

    assert [api.get("users/me/").status for _ in range(2)] == [200, 200]
    answer = api.get("users/me/")

    assert answer.status == 429
    assert answer.json["code"] == "throttled"
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400


def test_one_user_does_not_use_up_what_another_may_send(
    call_as: Callable[[User], ApiClient], user: User, staff: User, limit_rates: Callable[[str], None]
) -> None:
    limit_rates("1/day")

    assert call_as(user).get("users/me/").status == 200
    assert call_as(user).get("users/me/").status == 429
    assert call_as(staff).get("users/me/").status == 200


def test_visitors_are_counted_by_address_whatever_they_say_it_is(
    visitor: ApiClient, limit_rates: Callable[[str], None]
) -> None:
    limit_rates("1/day")

    assert visitor.get("schema/", x_forwarded_for="192.0.2.1").status == 200
    assert visitor.get("schema/", x_forwarded_for="192.0.2.2").status == 429
    assert visitor.request("GET", "schema/", REMOTE_ADDR="192.0.2.3").status == 200


def test_visitors_are_counted_by_network_where_each_has_one(
    visitor: ApiClient, limit_rates: Callable[[str], None]
) -> None:
    limit_rates("1/day")

    assert visitor.request("GET", "schema/", REMOTE_ADDR="2001:db8:0:1::1").status == 200
    assert visitor.request("GET", "schema/", REMOTE_ADDR="2001:db8:0:1:ffff::2").status == 429
    assert visitor.request("GET", "schema/", REMOTE_ADDR="2001:db8:0:2::1").status == 200


@pytest.mark.parametrize("debug", [False, True])
def test_a_failure_of_ours_says_which_request_it_was_and_nothing_else(
    someone: ApiClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    debug: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the inside of the shop")

    settings.DEBUG = debug
    monkeypatch.setattr(User, "save", fail)
    someone.django.raise_request_exception = False

    with caplog.at_level(logging.ERROR):
        answer = someone.patch("users/me/", {"name": "Ada"}, x_request_id="failing-request-1")

    assert answer.status == 500
    assert answer.json == {
        "detail": "Something went wrong on our side.",
        "code": "server_error",
        "errors": [],
        "request_id": "failing-request-1",
    }
    assert "the inside of the shop" in caplog.text


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (Http404("no such secret"), 404, "not_found"),
        (PermissionDenied("not with that secret"), 403, "permission_denied"),
        (SuspiciousOperation("a secret"), 400, "validation_error"),
        (BadRequest("a secret"), 400, "validation_error"),
    ],
)
def test_djangos_own_exceptions_mean_what_they_mean_elsewhere(
    someone: ApiClient, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int, code: str
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise raised

    monkeypatch.setattr(User, "save", fail)

    answer = someone.patch("users/me/", {"name": "Ada"})

    assert (answer.status, answer.json["code"]) == (status, code)
    assert b"secret" not in answer.content


@pytest.mark.parametrize("debug", [False, True])
def test_a_host_that_is_not_ours_is_a_400(
    visitor: ApiClient,
    settings: Settings,
    debug: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    settings.DEBUG = debug
    settings.ALLOWED_HOSTS = ["testserver"]

    answer = visitor.get("users/me/", host="evil.example")

    assert answer.status == 400
    assert answer.json["code"] == "validation_error"


def test_an_unreadable_form_without_a_csrf_token_is_a_4xx(api: ApiClient) -> None:
    api.django.handler.enforce_csrf_checks = True

    answer = api.request("POST", "users/me/", b"garbage", content_type="multipart/form-data; boundary=")

    assert 400 <= answer.status < 500
