"""`manage.py outbox`: failed background tasks, and those that were lost on their way."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.outbox import services
from apps.outbox.models import OutboxTask, State


class Command(BaseCommand):
    help = "List, replay or delete tasks that failed; or send lost tasks again, as beat does every minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["list", "replay", "delete", "send"])
        parser.add_argument("ids", type=int, nargs="*", metavar="id", help="Failed tasks, as list prints them.")
        parser.add_argument("--all", action="store_true", help="All failed tasks.")

    def handle(self, *, action: str, ids: list[int], **options: Any) -> None:
        tasks = OutboxTask.objects.filter(state=State.FAILED)
        if action == "send":
            self.stdout.write(f"{services.send_overdue()} sent again.")
        elif action == "list":
            for task in tasks.iterator():
                summary = task.exception.partition("\n")[0][:100]
                self.stdout.write(f"{task.pk:>6}  {task.failed_at:%Y-%m-%d %H:%M:%S}  {task.name}  {summary}")
        elif bool(ids) == options["all"]:
            raise CommandError("Give IDs or --all.")
        else:
            chosen = tasks.filter(pk__in=ids) if ids else tasks
            count = services.replay(chosen) if action == "replay" else chosen.delete()[0]
            self.stdout.write(f"{action}: {count}")
