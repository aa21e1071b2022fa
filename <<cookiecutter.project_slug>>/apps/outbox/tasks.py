"""What workers do for the background work itself."""

from celery import shared_task

from apps.outbox import queues, services


@shared_task
def clear_settled_dead_letters() -> int:
    """Forget what was replayed or discarded long ago; answers how many there were."""
    return services.clear_settled_dead_letters()


@shared_task
def watch_queues() -> dict[str, int]:
    """Warn of queues in which too much is waiting; answers how much there is in each."""
    return queues.watch_queues()
