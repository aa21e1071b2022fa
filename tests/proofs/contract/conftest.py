"""Fixtures for the contract: every test runs against every API, and as every kind of caller that it accepts."""

from collections.abc import Callable

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from proofs.contract.apis import LASTING_THROTTLES, ROOTS
from proofs.contract.client import MOST_QUERIES, ApiClient
from proofs.contract.fetching import FetchUnlessForbidden
from tests.authentication import METHODS, Authenticate

type CallAs = Callable[[User], ApiClient]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--queries", action="store_true", help="Print the most queries that each endpoint of the API ran.")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--queries"):
        terminalreporter.section("queries")
        for (address, method), queries in sorted(MOST_QUERIES.items()):
            terminalreporter.line(f"{method:7} {address:35} {queries}")


@pytest.fixture(autouse=True)
def _lazy_loads_can_be_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.models.query.DEFAULT_FETCH_MODE", FetchUnlessForbidden())


@pytest.fixture(params=ROOTS)
def root(request: pytest.FixtureRequest) -> str:
    """Where the API under test is mounted."""
    return str(request.param)


@pytest.fixture(params=list(METHODS.values()), ids=list(METHODS))
def authenticate(request: pytest.FixtureRequest) -> Authenticate:
    """The way in which the callers of this test authenticate."""
    method: Authenticate = request.param
    return method


@pytest.fixture
def budget(request: pytest.FixtureRequest) -> int:
    """How many queries each request of this test may run."""
    marker = request.node.get_closest_marker("query_budget")
    return int(marker.args[0]) if marker else settings.QUERY_BUDGET


@pytest.fixture
def visitor(db: None, root: str, budget: int) -> ApiClient:
    """Somebody who has not signed in."""
    return ApiClient(root, budget)


@pytest.fixture
def call_as(db: None, root: str, budget: int, authenticate: Authenticate) -> CallAs:
    """Make the client of a user."""

    def client_of(user: User) -> ApiClient:
        client = ApiClient(root, budget)
        authenticate(client.django, user)
        return client

    return client_of


@pytest.fixture
def api(call_as: CallAs, user: User) -> ApiClient:
    """The client of `user`."""
    return call_as(user)


@pytest.fixture
def authenticate_somehow() -> Authenticate:
    """The project's first way to authenticate, for tests to which it makes no difference."""
    return next(iter(METHODS.values()))


@pytest.fixture
def someone(visitor: ApiClient, user: User, authenticate_somehow: Authenticate) -> ApiClient:
    """The client of `user`, where it makes no difference how they authenticate."""
    authenticate_somehow(visitor.django, user)
    return visitor


@pytest.fixture
def limit_rates(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that sets the rate of every throttle; one by the day does not expire during a test."""

    def limit(rate: str) -> None:
        settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, rate)
        for throttle in LASTING_THROTTLES:
            number, seconds = throttle.parse_rate(rate)
            monkeypatch.setattr(throttle, "num_requests", number)
            monkeypatch.setattr(throttle, "duration", seconds)

    return limit
