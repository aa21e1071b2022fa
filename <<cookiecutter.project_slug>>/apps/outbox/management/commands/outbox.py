"""`manage.py outbox`: list, replay and discard failed tasks, or send lost ones without waiting for beat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.outbox import services
from apps.outbox.models import OutboxTask


class Command(BaseCommand):
    help = "Look after background tasks: those that failed, or that were lost on their way to a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "action", choices=["list", "replay", "discard", "send"], help="send: send lost tasks again, as beat does."
        )
        parser.add_argument("ids", type=int, nargs="*", metavar="id", help="Failed tasks, as list prints them.")
        parser.add_argument(
            "--task", help="All failed tasks of this name, such as apps.accounts.tasks.clear_expired_sessions."
        )
        parser.add_argument("--all", action="store_true", help="All failed tasks.")

    def handle(self, *, action: str, ids: list[int], task: str | None, **options: Any) -> None:
        if action == "send":
            self.stdout.write(f"{services.send_overdue()} sent again.")
            return
        tasks = OutboxTask.objects.failed()
        if ids:
            tasks = tasks.filter(pk__in=ids)
        elif task:
            tasks = tasks.filter(name=task)
        elif action != "list" and not options["all"]:
            raise CommandError("Give IDs, --task or --all.")
        if action == "list":
            for found in tasks.defer("traceback").iterator():
                summary = found.exception.partition("\n")[0][:100]
                self.stdout.write(f"{found.pk:>6}  {found.failed_at:%Y-%m-%d %H:%M:%S}  {found.name}  {summary}")
        elif action == "replay":
            self.stdout.write(f"{services.replay(tasks)} queued again.")
        else:
            self.stdout.write(f"{services.discard(tasks)} discarded.")
