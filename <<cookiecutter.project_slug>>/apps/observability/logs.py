"""Log formatter: adds the ids of the request, user and task to every line, and removes secrets."""

import logging
import sys
from typing import Any

import structlog
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor

from apps.observability.context import get_current_user
from apps.observability.scrubbing import scrub_named

# Written by the processors below and by the access log: nothing to scrub.
SAFE = {"timestamp", "level", "logger", "method", "request_id", "status", "duration_ms"}


def add_user(logger: Any, method_name: str, event: EventDict) -> EventDict:
    """Add the id of the current user, if loaded."""
    if user := get_current_user(load=False):
        event.setdefault("user_id", user.pk)
    return event


def scrub(logger: Any, method_name: str, event: EventDict) -> EventDict:
    """Remove secrets and personal data."""
    return {name: value if name in SAFE else scrub_named(name, value) for name, value in event.items()}


def formatter(*, json: bool) -> logging.Formatter:
    """Return a formatter that writes JSON, or coloured lines for people."""
    renderer: list[Processor]
    if json:
        # Local variables, which may be passwords, stay out of tracebacks.
        renderer = [ExceptionRenderer(ExceptionDictTransformer(show_locals=False)), scrub, JSONRenderer()]
    else:
        console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        renderer = [structlog.processors.format_exc_info, scrub, console]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED_PROCESSORS,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    )


SHARED_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    add_user,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    TimeStamper(fmt="iso"),
    structlog.processors.StackInfoRenderer(),
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
