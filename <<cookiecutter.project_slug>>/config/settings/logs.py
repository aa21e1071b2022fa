"""Logs: every line, whoever wrote it, carries the ids of its request, user and task, and none of its secrets."""

import logging
import re
import sys
from typing import Any

import structlog

from apps.observability.context import get_loaded_user_id, get_request_id
from apps.observability.scrubbing import scrub_named
from config.settings.env import env

# A request slower than this is logged as a warning.
SLOW_REQUEST_MS = env.int("SLOW_REQUEST_MS", default=500)


def add_request(logger: Any, method_name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Say which request this is about, and whose, as far as that is known."""
    for name, value in (("request_id", get_request_id()), ("user_id", get_loaded_user_id())):
        if value:
            event.setdefault(name, value)
    return event


SHARED_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,  # a task's ids
    add_request,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.StackInfoRenderer(),
]


# What the processors above and the access log write themselves.
OURS = {"timestamp", "level", "logger", "method", "request_id", "status", "duration_ms"}


def scrub(logger: Any, method_name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Take secrets and personal data out of what somebody else wrote."""
    return {name: value if name in OURS else scrub_named(name, value) for name, value in event.items()}


def shorten(logger: Any, method_name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """For people: the time of day instead of a timestamp, one text for each request, statements without columns."""
    for name in ("request", "request_id", "server_time", "status_code", "user_id"):
        event.pop(name, None)
    event["timestamp"] = event["timestamp"][11:19]
    if event["event"] in {"request", "slow request"}:
        fields = [event.pop(name) for name in ("method", "path", "status", "duration_ms")]
        event["event"] += ": {} {} {} in {} ms".format(*fields)
    if "most_repeated" in event:
        event["most_repeated"] = re.sub("SELECT .+? FROM", "SELECT … FROM", event["most_repeated"])
    return event


def logging_config(*, json: bool) -> dict[str, Any]:
    """Return Django's LOGGING for one handler on stderr: JSON for machines, or coloured lines for people."""
    # Tracebacks leave out local variables, among which are passwords and tokens.
    renderer: list[structlog.typing.Processor] = (
        [
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            scrub,
            structlog.processors.JSONRenderer(),
        ]
        if json
        else [
            structlog.processors.format_exc_info,
            scrub,
            shorten,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                pad_event_to=0,
                pad_level=False,
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "default": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "default"}},
        "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
        "loggers": {
            "axes": {"level": "WARNING"},  # tells of every log-in otherwise
            # Django would add handlers of its own.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # The access log is apps.observability.middleware.timing's; what a view raised is logged with its traceback.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
        },
    }


LOGGING = logging_config(json=False)

# What no line shows need not be found out for each (docs.python.org/3/howto/logging.html#optimization).
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

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
