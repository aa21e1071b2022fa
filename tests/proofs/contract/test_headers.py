"""Headers of every answer; `ApiClient` checks that they are there."""

import uuid

import pytest

from proofs.contract.client import ApiClient


@pytest.mark.parametrize("given", ["abcd1234", "A.b_c-9" * 2, "x" * 128])
def test_the_clients_request_id_comes_back(visitor: ApiClient, given: str) -> None:
    assert visitor.get("users/me/", x_request_id=given).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 129, "with space", "semi;colon", "newline\n1234", "émigré-1234"])
def test_a_strange_request_id_is_replaced(visitor: ApiClient, given: str) -> None:
    chosen = visitor.get("users/me/", x_request_id=given).headers["X-Request-ID"]

    assert str(uuid.UUID(chosen)) == chosen


def test_unknown_paths_have_them_too(visitor: ApiClient) -> None:
    assert visitor.get("/api/nothing/", x_request_id="abcd1234").headers["X-Request-ID"] == "abcd1234"


@pytest.mark.parametrize("path", ["users/me/", "/api/nothing/"])
def test_no_cache_stores_an_answer(visitor: ApiClient, api: ApiClient, path: str) -> None:
    for caller in (visitor, api):
        assert caller.get(path).headers["Cache-Control"] == "no-store"
