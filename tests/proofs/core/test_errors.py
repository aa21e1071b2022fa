import pytest
from structlog.contextvars import bound_contextvars

from apps.api.errors import BY_STATUS, ApiError, Conflict, FieldError, NotFound, ValidationFailed, envelope


def test_an_envelope_has_the_usual_words_of_its_status() -> None:
    assert envelope(404) == {"detail": "Not found.", "code": "not_found", "errors": []}
    assert {envelope(status)["code"] for status in BY_STATUS} == {code for code, _ in BY_STATUS.values()}


def test_an_envelope_says_what_is_said_and_which_fields_are_to_blame() -> None:
    body = envelope(400, "full", "No room.", [FieldError("items.0", "invalid", "Too big.")])

    assert body == {
        "detail": "No room.",
        "code": "full",
        "errors": [{"field": "items.0", "code": "invalid", "detail": "Too big."}],
    }


@pytest.mark.parametrize(("status", "code"), [(418, "validation_error"), (503, "server_error")])
def test_a_status_without_words_borrows_them(status: int, code: str) -> None:
    assert envelope(status)["code"] == code


def test_only_a_5xx_names_the_request() -> None:
    with bound_contextvars(request_id="request-1"):
        assert envelope(500)["request_id"] == "request-1"
        assert "request_id" not in envelope(400)


def test_errors_know_their_status_and_words() -> None:
    assert (NotFound().status, NotFound().code, str(NotFound())) == (404, "not_found", "Not found.")
    assert (Conflict("taken").status, Conflict("taken").code) == (409, "taken")
    assert ApiError(detail="No.").detail == "No."
    assert ValidationFailed(FieldError("name", "blank", "Say something.")).errors[0].field == "name"
