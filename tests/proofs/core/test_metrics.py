"""GET /metrics."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError, connections
from django.test import Client
from django.utils.module_loading import import_string
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pytest_django.fixtures import Settings

from apps.cache.degrading import Degrading
from apps.observability import metrics
from config.settings.cache import CACHE_BACKENDS
from config.settings.env import BASE_DIR
from tests.queries import watch_queries

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


connection = connections["default"]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_prometheus_reads_it_with_the_token(client: Client) -> None:
    client.get("/health/live/")
    response = client.get("/metrics", headers=AUTHORIZED)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert 'http_request_duration_seconds_count{method="GET",route="/health/live/",status="200"}' in response.text


@pytest.mark.parametrize("given", [None, "", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN, "Bearer é"])
def test_nobody_else_does(client: Client, given: str | None) -> None:
    response = client.get("/metrics", headers={} if given is None else {"Authorization": given})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert response.content == b""


def test_without_a_token_it_is_there_in_development_only(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404

    settings.DEBUG = True
    assert client.get("/metrics").status_code == 200


def test_scanners_make_no_new_labels(client: Client) -> None:
    labels = {"method": "other", "route": "none", "status": "404"}
    before = value("http_request_duration_seconds_count", **labels)

    for number in range(3):
        client.generic(f"SCAN{number}", f"/wp-login-{number}.php")

    assert value("http_request_duration_seconds_count", **labels) == before + 3


@pytest.mark.django_db
def test_statements_are_counted_and_so_are_those_that_fail() -> None:
    before = value("db_query_duration_seconds_count", database="default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert value("db_query_duration_seconds_count", database="default") == before + 1

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing_of_that_name")
    assert sum(
        sample.value
        for metric in metrics.QUERY_ERRORS.collect()
        for sample in metric.samples
        if sample.name == "db_query_errors_total"
    )


@pytest.mark.django_db
def test_a_connection_made_while_somebody_watches_is_counted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "execute_wrappers", [])
    with watch_queries():
        metrics.count_queries(connection)
        metrics.count_queries(connection)

    assert connection.execute_wrappers == [metrics.observe_query]


class Pool:
    """A connection pool that is under load."""

    def get_stats(self) -> dict[str, int]:
        return {"pool_size": 4, "pool_available": 0, "pool_max": 4, "requests_waiting": 7}


@pytest.mark.django_db
def test_each_request_tells_how_the_pool_is(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(connection), "pool", Pool(), raising=False)  # PostgreSQL's has one
    client.get("/health/live/")
    assert value("db_pool_connections", database="default", state="waiting") == 7
    assert value("db_pool_connections", database="default", state="available") == 0


class Depth(Collector):
    """Something that is asked for at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("example_depth", "How deep it is.", value=3)


def test_collectors_are_asked_at_each_scrape(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "COLLECTORS", [Depth()])

    assert "example_depth 3.0" in client.get("/metrics", headers=AUTHORIZED).text


WORKER = """
import os, django
django.setup()
from apps.observability import metrics
if os.fork() == 0:
    metrics.REQUESTS.labels("GET", "other-worker/", 200).observe(0.1)
    os._exit(0)
os.wait()
metrics.REQUESTS.labels("GET", "other-worker/", 200).observe(0.1)
print(metrics.build_registry().get_sample_value(
    "http_request_duration_seconds_count", {"method": "GET", "route": "other-worker/", "status": "200"}
))
"""


def test_several_workers_are_counted_together(tmp_path: Path) -> None:
    counted = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", WORKER],
        cwd=BASE_DIR,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )

    assert counted.stdout == "2.0\n"


class Cache(Degrading, LocMemCache):
    """A server that is always there."""

    errors = ()
    _servers = ["memory"]


def test_the_cache_is_counted_by_what_it_had() -> None:
    cache = Cache("metrics", {})
    cache.set("there", None)
    hits, misses = value("cache_gets_total", result="hit"), value("cache_gets_total", result="miss")

    assert cache.get("there", "default") is None
    assert cache.get("absent", "default") == "default"

    assert value("cache_gets_total", result="hit") == hits + 1
    assert value("cache_gets_total", result="miss") == misses + 1


@pytest.mark.parametrize("path", CACHE_BACKENDS.values())
def test_every_kind_of_cache_is_counted(path: str) -> None:
    assert issubclass(import_string(path), Degrading)
