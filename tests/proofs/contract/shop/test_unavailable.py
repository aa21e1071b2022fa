"""A database that cannot be used is a 503 that says when to try again; a bug stays a 500."""

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError

from proofs.contract.client import ApiClient

ADA = {"name": "Ada", "email": "ada@example.com"}


@pytest.mark.parametrize("error", [OperationalError("no connection"), InterfaceError("connection already closed")])
def test_an_outage_is_a_503(someone: ApiClient, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(**fields: object) -> None:
        raise error

    monkeypatch.setattr("apps.orders.services.create_customer", fail)
    someone.django.raise_request_exception = False  # it is reported, too

    answer = someone.post("customers/", ADA)

    assert answer.status == 503
    assert answer.json["code"] == "unavailable"
    assert answer.json["request_id"]
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_bug_is_a_500(someone: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**fields: object) -> None:
        raise ProgrammingError("no such table")

    monkeypatch.setattr("apps.orders.services.create_customer", fail)
    someone.django.raise_request_exception = False

    answer = someone.post("customers/", ADA)

    assert (answer.status, answer.json["code"]) == (500, "server_error")
