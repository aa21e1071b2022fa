"""Errors and traces to Sentry, scrubbed. Imported only where SENTRY_DSN is set."""

from typing import Any

import sentry_sdk
from django.conf import settings

from apps.observability.context import get_current_user, get_request_id
from apps.observability.scrubbing import scrub


def start() -> None:
    """Turn Sentry on, with its default integrations."""
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        traces_sample_rate=settings.SENTRY_TRACES_SAMPLE_RATE,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=complete,
        before_send_transaction=complete,
        before_breadcrumb=lambda breadcrumb, hint: scrub(breadcrumb),
    )


def complete(event: Any, hint: Any) -> Any:
    """Return the event without secrets, with the ids of the request and its user."""
    event = scrub(event)
    # The arguments of a log message, without the names under which they appear in it.
    event.get("logentry", {}).pop("params", None)
    event["tags"] = {**(event.get("tags") or {}), "request_id": get_request_id()}
    if user := get_current_user(load=False):
        event["user"] = {"id": str(user.pk)}
    return event
