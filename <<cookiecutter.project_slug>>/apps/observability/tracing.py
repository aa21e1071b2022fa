"""Traces to an OpenTelemetry collector, scrubbed. Imported only where OTEL_EXPORTER_OTLP_ENDPOINT is set."""

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any

from django.conf import settings
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Status

from apps.observability.scrubbing import scrub_named, scrub_text


def start() -> None:
    """Send spans to the collector, of everything that has its instrumentation installed."""
    provider = TracerProvider(resource=Resource.create({"service.name": settings.OTEL_SERVICE_NAME}))
    provider.add_span_processor(BatchSpanProcessor(ScrubbedExporter()))
    trace.set_tracer_provider(provider)
    for instrumentation in entry_points(group="opentelemetry_instrumentor"):
        instrumentation.load()().instrument()


class ScrubbedExporter(OTLPSpanExporter):
    """Sends spans without secrets."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch."""
        return super().export([scrubbed(span) for span in spans])


def scrubbed(span: ReadableSpan) -> ReadableSpan:
    """Return a copy of a span without secrets."""
    description = span.status.description
    return ReadableSpan(
        name=scrub_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=scrubbed_attributes(span.attributes),
        events=[Event(event.name, scrubbed_attributes(event.attributes), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, description and scrub_text(description)),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def scrubbed_attributes(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a copy of a span's or an event's attributes without secrets."""
    return {name: scrub_named(name, value) for name, value in (attributes or {}).items()}
