"""Celery: the broker, the queues, and what happens to a task whose worker dies. docs/celery.md is the manual."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

from config.settings.env import env

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
# Without a broker a task runs at once in the process that asks for it: in development and in tests.
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
AFTER_COMMIT = "apps.background.dispatch.dispatch"

# Every name on the broker begins with it: other projects may use the same server.
CELERY_QUEUE_PREFIX = env.str("CELERY_QUEUE_PREFIX", default="<<cookiecutter.project_slug>>.")

# A task is asked to stop after the first of these seconds, and is stopped with its process after the second.
CELERY_TASK_TIME_LIMIT = env.int("CELERY_TASK_TIME_LIMIT", default=120)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 0.8
# The broker gives a task that is not done by then to another worker, so no task may take that long.
CELERY_VISIBILITY_TIMEOUT = env.int("CELERY_VISIBILITY_TIMEOUT", default=300)

# A task is acknowledged when it is done, not when it is received: what a dying worker had, another one gets.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Sent again, and counted, when it was the task that took its process along: see apps.background.base.
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # another worker has them by then

CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # nobody asks: what a task did is in the database
CELERY_TIMEZONE = env.str("TIME_ZONE", default="UTC")

# A request waits a moment for the broker, not longer: apps.background.dispatch keeps what could not be sent.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
# A worker waits for as long as it takes.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None

# For Flower and other monitors.
CELERY_WORKER_SEND_TASK_EVENTS = True
CELERY_TASK_SEND_SENT_EVENT = True

QUEUES = ["default", "notifications", "maintenance"]
# By what a task is called.
ROUTES = {"*.tasks.send_*": "notifications", "*.tasks.clear_*": "maintenance", "apps.background.tasks.*": "maintenance"}


type Broker = tuple[list[Queue], dict[str, Any]]


def queue_name(purpose: str) -> str:
    """Return what the queue for `purpose` is called on the broker."""
    return f"{CELERY_QUEUE_PREFIX}{purpose}"


def queues(exchange: Exchange, **options: Any) -> list[Queue]:
    """Return the queue for each purpose."""
    names = [queue_name(purpose) for purpose in QUEUES]
    return [Queue(name, exchange, routing_key=name, **options) for name in names]


def rabbitmq() -> Broker:
    """Quorum queues, which survive the loss of a node, count deliveries and hand on what nobody could finish."""
    exchange = Exchange(queue_name("tasks"), type="topic")
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 3,  # returned so often, a task is given up: the fourth worker that it kills is the last
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue_name("dead-letters"),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # which that strategy asks for
    }
    options = {"confirm_publish": True}  # a task counts as sent when the broker has it on disk
    return queues(exchange, queue_arguments=arguments), options


# % if cookiecutter.use_redis
def redis() -> Broker:
    """Lists, and a sweep that gives back what a dead worker had taken."""
    exchange = Exchange(queue_name("tasks"), type="direct")
    options = {
        "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
        # Look every second for what is not done in time: usually it is once in 100 seconds.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "global_keyprefix": CELERY_QUEUE_PREFIX,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
    }
    return queues(exchange), options


# % endif
# By the scheme of CELERY_BROKER_URL.
BROKERS = {
    "": rabbitmq,  # none: the tasks run in the process that asks for them
    "amqp": rabbitmq,
    "amqps": rabbitmq,  # over TLS
    # % if cookiecutter.use_redis
    "redis": redis,
    "rediss": redis,  # over TLS
    # % endif
}

scheme = urlsplit(CELERY_BROKER_URL).scheme
if scheme not in BROKERS:
    known = ", ".join(f"{known}://" for known in BROKERS if known)
    raise ImproperlyConfigured(f"CELERY_BROKER_URL begins with {scheme}://, which is none of {known}.")
CELERY_TASK_QUEUES, CELERY_BROKER_TRANSPORT_OPTIONS = BROKERS[scheme]()

CELERY_TASK_DEFAULT_QUEUE = queue_name("default")
CELERY_TASK_ROUTES = {pattern: {"queue": queue_name(purpose)} for pattern, purpose in ROUTES.items()}
