"""Every operation of every API asks who the caller is, and every endpoint is documented."""

import pytest

from proofs.contract.client import ApiClient
from proofs.contract.documents import OPERATIONS, with_id


def test_there_is_nothing_at_the_root(visitor: ApiClient) -> None:
    assert visitor.get("").status == 404


@pytest.mark.parametrize(("root", "path", "method"), OPERATIONS)
def test_visitors_are_asked_who_they_are(visitor: ApiClient, path: str, method: str) -> None:
    answer = visitor.request(method.upper(), with_id(path, 1), {})

    assert answer.status == 401
    assert answer.json["code"] == "not_authenticated"
