"""A client that watches over what the contract promises for every answer, whatever the test is about."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from zeal import zeal_context

from apps.api.errors import BY_STATUS
from proofs.contract.fetching import lazy_loads_forbidden
from tests.queries import watch_queries

# The most queries that an endpoint ran, as far as tests have seen: `pytest tests/contract --queries` prints it.
MOST_QUERIES: dict[tuple[str, str], int] = {}

# Headers that go with a status.
NEEDED = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    queries: int

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def allowed(self) -> set[str]:
        """The methods of `Allow`."""
        return set(self.headers["Allow"].split(", "))

    def fields(self) -> list[tuple[str, str]]:
        """Return field and code of each error."""
        return [(error["field"], error["code"]) for error in self.json["errors"]]


@dataclass
class ApiClient:
    """Sends requests to the API at `root`.

    Each may run `budget` queries at most, and none of them lazily: an N+1, a foreign key or a deferred field that is
    loaded while the request is served raises. Each answer has the headers, and each error the envelope, of the contract.
    """

    root: str
    budget: int = field(default_factory=lambda: settings.QUERY_BUDGET)
    django: Client = field(default_factory=Client)

    def get(self, path: str, query: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        return self.request("GET", path, query=query, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.request("POST", path, body, headers=headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.request("PATCH", path, body, headers=headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.request("DELETE", path, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        **extra: Any,
    ) -> Answer:
        """Send one request. `path` is below the root unless it begins with a slash; `body` is JSON unless it is bytes.

        `headers` may be written as keyword arguments are: `idempotency_key` is Idempotency-Key.
        """
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        with watch_queries() as log, zeal_context(), lazy_loads_forbidden():
            response = self.django.generic(
                method,
                path if path.startswith("/") else self.root + path,
                data,
                content_type,
                headers={name.replace("_", "-"): value for name, value in (headers or {}).items()},
                query_params=query,
                **extra,
            )
        answer = Answer(response.status_code, response.headers, response.content, len(log))
        assert answer.queries <= self.budget, f"{answer.queries} queries, not {self.budget}:\n" + "\n".join(log)
        assert_headers(answer)
        if method != "HEAD":
            assert_body(answer)
        if answer.status < 400:
            endpoint = (str(response.resolver_match.route), method.upper())
            MOST_QUERIES[endpoint] = max(answer.queries, MOST_QUERIES.get(endpoint, 0))
        return answer


def assert_headers(answer: Answer) -> None:
    """Every response says which request it answers and how long it took."""
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,128}", answer.headers["X-Request-ID"])
    assert re.fullmatch(r"\d+\.\d\dms", answer.headers["X-Response-Time"])
    assert re.fullmatch(r"app;dur=\d+\.\d\d", answer.headers["Server-Timing"])


def assert_body(answer: Answer) -> None:
    """The body is as long as announced and, if it tells of an error, the envelope."""
    assert int(answer.headers.get("Content-Length", len(answer.content))) == len(answer.content)
    if answer.status >= 400:
        assert_envelope(answer)


def assert_envelope(answer: Answer) -> None:
    """Every error is the one envelope."""
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json
    expected = {"detail", "code", "errors"} | ({"request_id"} if answer.status >= 500 else set())
    assert set(body) == expected
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert re.fullmatch(r"[a-z_]+", body["code"])
    for error in body["errors"]:
        assert set(error) == {"field", "code", "detail"}
        assert all(isinstance(value, str) and value for value in error.values())
    if answer.status not in {400, 401, 403, 409}:  # these have more than one code
        assert body["code"] == BY_STATUS[answer.status][0]
    if answer.status in NEEDED:
        assert answer.headers[NEEDED[answer.status]]
