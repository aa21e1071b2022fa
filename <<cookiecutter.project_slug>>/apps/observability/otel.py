"""Traces to an OpenTelemetry collector, scrubbed. Imported only where OTEL_EXPORTER_OTLP_ENDPOINT is set."""

import os
from collections.abc import Sequence
from importlib.metadata import entry_points

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Status

from apps.observability.scrubbing import scrub, scrub_text


def start() -> None:
    """Send the spans of every installed instrumentation to the collector."""
    os.environ.setdefault("OTEL_SERVICE_NAME", "<<cookiecutter.project_slug>>")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(ScrubbedExporter()))
    trace.set_tracer_provider(provider)
    for instrumentation in entry_points(group="opentelemetry_instrumentor"):
        instrumentation.load()().instrument()


class ScrubbedExporter(OTLPSpanExporter):
    """Exports spans without secrets."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return super().export([scrubbed(span) for span in spans])


def scrubbed(span: ReadableSpan) -> ReadableSpan:
    """Return a copy of `span` without secrets."""
    description = span.status.description
    return ReadableSpan(
        name=scrub_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=scrub(span.attributes or {}),
        events=[Event(event.name, scrub(event.attributes or {}), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, description and scrub_text(description)),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
