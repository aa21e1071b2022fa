"""Background tasks that have not finished."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class State(models.TextChoices):
    QUEUED = "queued", "Queued"
    FAILED = "failed", "Failed"


class OutboxTask(models.Model):
    """A task that was enqueued, and is deleted when it has finished. One that failed for good is a dead letter."""

    task_id = models.CharField("task ID", max_length=255, editable=False)
    name = models.CharField("task", max_length=255)
    # JSON as text: PostgreSQL's own type has no NUL.
    args = models.TextField("arguments", default="[]")
    kwargs = models.TextField("keyword arguments", default="{}")
    queue = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=1, help_text="How often it was sent to a worker, retries included.")
    request_id = models.CharField("request ID", max_length=128, blank=True)
    user_id = models.CharField("user ID", max_length=255, blank=True)
    queued_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    exception = models.TextField(blank=True)
    traceback = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "task"
        ordering = ["-id"]
        default_permissions = ["view", "delete"]
        permissions = [("replay_outboxtask", "Can replay failed tasks")]
        constraints = [models.UniqueConstraint(fields=["task_id"], name="outbox_task_once")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state=State.QUEUED), name="outbox_task_due"),
            models.Index(fields=["state", "-id"], condition=~Q(state=State.QUEUED), name="outbox_task_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.task_id}"
