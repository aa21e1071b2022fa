import pytest
from structlog.contextvars import bound_contextvars

from apps.api.errors import BY_STATUS, domain_error, envelope
from apps.errors import DomainError, NotFound


def test_an_envelope_has_the_usual_words_of_its_status() -> None:
    assert envelope(404) == {"detail": "Not found.", "code": "not_found", "errors": []}
    assert {envelope(status)["code"] for status in BY_STATUS} == {code for code, _ in BY_STATUS.values()}


def test_an_envelope_says_what_is_said_and_which_fields_are_to_blame() -> None:
    body = envelope(400, "full", "No room.", [{"field": "items.0", "code": "invalid", "detail": "Too big."}])

    assert body == {
        "detail": "No room.",
        "code": "full",
        "errors": [{"field": "items.0", "code": "invalid", "detail": "Too big."}],
    }


@pytest.mark.parametrize(("status", "code"), [(418, "validation_error"), (502, "server_error")])
def test_a_status_without_words_borrows_them(status: int, code: str) -> None:
    assert envelope(status)["code"] == code


def test_only_a_5xx_names_the_request() -> None:
    with bound_contextvars(request_id="request-1"):
        assert envelope(500)["request_id"] == "request-1"
        assert "request_id" not in envelope(400)


@pytest.mark.parametrize(
    ("error", "status", "code", "fields"),
    [
        (NotFound(), 404, "not_found", []),
        (DomainError("conflict", "Taken."), 409, "conflict", []),
        # % if cookiecutter.use_example
        (DomainError("idempotency_key_reused", "Used."), 409, "idempotency_key_reused", []),
        # % endif
        (DomainError("order_not_pending", "Too late."), 400, "order_not_pending", []),
        (DomainError("required", "Missing.", field="name"), 400, "validation_error", ["name"]),
        (DomainError("products_unavailable", "Gone: 3.", field="items"), 400, "products_unavailable", ["items"]),
    ],
)
def test_a_domain_error_becomes_a_response(error: DomainError, status: int, code: str, fields: list[str]) -> None:
    answered, body = domain_error(error)

    assert (answered, body["code"]) == (status, code)
    assert [blamed["field"] for blamed in body["errors"]] == fields
    assert all(blamed["code"] == error.code and blamed["detail"] == str(error) for blamed in body["errors"])
