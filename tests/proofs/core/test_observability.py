"""Exporters are started where the environment configures them."""

import sys

import pytest

from proofs.config.test_production import run


@pytest.mark.parametrize(
    ("variable", "package", "extra"),
    [("SENTRY_DSN", "sentry_sdk", "sentry"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry", "otel")],
)
def test_a_missing_package_is_named_with_the_extra_that_has_it(variable: str, package: str, extra: str) -> None:
    code = f"import sys; sys.modules['{package}'] = None; import config.settings.logging as s; s.env.check()"

    done = run("-c", code, **{variable: "http://127.0.0.1:9/1"})

    assert done.returncode == 1
    assert f"{variable} needs more to be installed: uv sync --extra {extra}" in done.stderr


def test_where_nothing_is_set_nothing_is_imported() -> None:
    assert not {"apps.observability.sentry", "apps.observability.otel"} & set(sys.modules)
