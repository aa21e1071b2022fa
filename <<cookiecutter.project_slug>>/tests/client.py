"""A test client for the API."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLResolver
from zeal import NPlusOneError, zeal_context, zeal_ignore

from apps.accounts.models import User
from config.urls import urlpatterns
from tests.authentication import Authenticate, authenticate_somehow
from tests.queries import watch_queries

# Every API that config/urls.py includes.
ROOTS = [
    f"/{entry.pattern}"
    for entry in urlpatterns
    if isinstance(entry, URLResolver) and str(entry.pattern).startswith("api/")
]


class ApiClient:
    """Sends JSON to the API at `root`, as `user` if there is one.

    A request fails the test if it runs more than `budget` queries, or one for each of several rows.
    """

    def __init__(
        self, root: str, user: User | None = None, authenticate: Authenticate = authenticate_somehow, **options: Any
    ) -> None:
        self.root = root
        self.budget: int | None = settings.QUERY_BUDGET  # None: anything goes
        self.queries: list[str] = []  # of the last request
        self.django = Client(**options)
        if user is not None:
            authenticate(self.django, user)

    def get(self, path: str, query: Mapping[str, Any] | None = None, **options: Any) -> Any:
        return self.request("GET", path, query_params=query, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.request("POST", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.request("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> Any:
        return self.request("DELETE", path, **options)

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send a request and return Django's response to it.

        `path` is below the root unless it begins with a slash; `body` is sent as JSON unless it is bytes or contains
        files. `headers`, `query_params` and the other options are those of Django's test client.
        """
        url = path if path.startswith(("/", "http")) else self.root + path
        data, content_type = encode(body)
        watch = zeal_ignore() if self.budget is None else zeal_context()
        try:
            with watch_queries() as log, watch:
                response = self.django.generic(method, url, data, **{"content_type": content_type, **options})
        except NPlusOneError as error:
            raise AssertionError(
                f"{method} {url} runs a query for each of several rows: {error}. Load them with select_related or "
                f"prefetch_related in the QuerySet of the view."
            ) from error
        self.queries = log
        assert self.budget is None or len(self.queries) <= self.budget, (
            f"{method} {url} runs {len(self.queries)} queries, more than its budget of {self.budget} (QUERY_BUDGET in "
            f"config/settings/base.py): {most_repeated(self.queries)}. Load what the response needs in the QuerySet of the view."
        )
        return response


def encode(body: Any) -> tuple[bytes, str]:
    """Return `body` as it is sent, and its media type."""
    if isinstance(body, dict) and any(isinstance(value, File) for value in body.values()):
        return encode_multipart(BOUNDARY, body), MULTIPART_CONTENT
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body, cls=DjangoJSONEncoder).encode()
    return body or b"", "application/json"


def most_repeated(statements: Sequence[str]) -> str:
    """Return the statement that was sent most often, with its count."""
    return next((f"{count} x {statement[:300]}" for statement, count in Counter(statements).most_common(1)), "none")
