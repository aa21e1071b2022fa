"""What reports elsewhere is started where the environment names a place for it."""

import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from apps.observability import sinks as observability


@pytest.mark.parametrize(
    ("setting", "package", "module", "extra"),
    [
        ("SENTRY_DSN", "sentry_sdk", "apps.observability.sentry", "sentry"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry", "apps.observability.otel", "otel"),
    ],
)
def test_a_missing_package_is_named_with_the_extra_that_has_it(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, setting: str, package: str, module: str, extra: str
) -> None:
    setattr(settings, setting, "http://127.0.0.1:9/1")
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(ImproperlyConfigured, match=rf"{setting} is set, but {package} .*uv sync --extra {extra}"):
        observability.start()


def test_where_nothing_is_set_nothing_is_imported() -> None:
    observability.start()

    assert not {"apps.observability.sentry", "apps.observability.otel"} & set(sys.modules)
