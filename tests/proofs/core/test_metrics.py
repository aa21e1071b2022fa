"""GET /metrics."""

import os
import subprocess
import sys

# % if cookiecutter.use_celery -
from collections.abc import Iterator

# % endif -
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client import REGISTRY

# % if cookiecutter.use_celery -
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

# % endif -
from pytest_django.fixtures import Settings

from apps.observability import metrics
from config.settings.env import BASE_DIR

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_prometheus_reads_it_with_the_token(client: Client) -> None:
    client.get("/health/live/")
    response = client.get("/metrics", headers=AUTHORIZED)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert 'http_request_duration_seconds_count{method="GET",route="/health/live/",status="200"}' in response.text


@pytest.mark.parametrize("given", [None, "", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN, "Bearer é"])
def test_other_credentials_are_refused(client: Client, given: str | None) -> None:
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


# % if cookiecutter.use_celery
class Depth(Collector):
    """Something that is asked for at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("example_depth", "How deep it is.", value=3)


def test_collectors_are_asked_at_each_scrape(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "SHARED_VALUES", CollectorRegistry())
    metrics.SHARED_VALUES.register(Depth())

    assert "example_depth 3.0" in client.get("/metrics", headers=AUTHORIZED).text


# % endif
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
