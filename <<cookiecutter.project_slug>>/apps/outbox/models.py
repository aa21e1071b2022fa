"""Tasks that could not be done."""

from typing import Self

from django.db import models
from django.utils import timezone


class Reason(models.TextChoices):
    FAILED = "failed", "Failed"  # it raised an error to the last, took too long, or killed its worker
    GIVEN_UP = "given_up", "Given up"  # by the broker or a worker, before it could be judged
    NOT_SENT = "not_sent", "Not sent"  # the broker did not take it


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    REPLAYED = "replayed", "Replayed"
    DISCARDED = "discarded", "Discarded"


class DeadLetterQuerySet(models.QuerySet["DeadLetter"]):
    """Every read of dead letters."""

    def waiting(self) -> Self:
        """Those that nobody has decided about."""
        return self.filter(state=State.WAITING)

    def newest_first(self) -> Self:
        return self.order_by("-died_at", "-id")

    def locked(self, pk: int) -> "DeadLetter | None":
        """Return the one with that id, which nobody else can change until the transaction ends, if it is among these."""
        return self.select_for_update(no_key=True).filter(pk=pk).first()


class DeadLetter(models.Model):
    """A task that was not done, with all that is needed to understand why and to send it again.

    There is one for a task, however often it dies: one that dies again is waiting again.
    """

    task_id = models.CharField(max_length=255, unique=True, editable=False)
    task = models.CharField(max_length=255)
    # JSON as text: jsonb has no NUL.
    args = models.TextField("arguments", default="[]")
    kwargs = models.TextField("named arguments", default="{}")
    queue = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=10, choices=Reason)
    exception = models.TextField(blank=True)
    traceback = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(help_text="How often it was begun.")
    request_id = models.CharField("request", max_length=128, blank=True)
    user_id = models.CharField("user", max_length=255, blank=True)
    died_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DeadLetterQuerySet.as_manager()

    class Meta:
        ordering = ["-died_at", "-id"]
        indexes = [
            models.Index(fields=["state", "-died_at", "-id"], name="dead_letter_by_state"),
            models.Index(fields=["task", "-died_at", "-id"], name="dead_letter_by_task"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.task_id}"
