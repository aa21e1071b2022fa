"""`manage.py dead_letters`: tasks that could not be done, and what shall become of them."""

import json
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from kombu.exceptions import OperationalError

from apps.outbox import services
from apps.outbox.masking import shown_arguments
from apps.outbox.models import DeadLetter, DeadLetterQuerySet, State

SETTLING: dict[str, tuple[Callable[..., bool], str]] = {
    "replay": (services.replay_dead_letter, "sent again"),
    "discard": (services.discard_dead_letter, "discarded"),
}


class Command(BaseCommand):
    help = "List the tasks that could not be done, show one, send some again, or decide not to."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="subcommand", required=True)
        listing = commands.add_parser("list", help="One line for each, the newest first.")
        listing.add_argument("--state", choices=[*State.values, "all"], default=State.WAITING.value)
        listing.add_argument("--task", help="Only this one, such as apps.accounts.tasks.clear_expired_sessions.")
        listing.add_argument("--limit", type=int, default=50)
        showing = commands.add_parser("show", help="All there is to know of one.")
        showing.add_argument("id", type=int)
        for name, text in [("replay", "Send them again."), ("discard", "Decide that they are not to be done.")]:
            settling = commands.add_parser(name, help=text)
            chosen = settling.add_mutually_exclusive_group(required=True)
            chosen.add_argument("ids", type=int, nargs="*", default=[], metavar="id")
            chosen.add_argument("--task", help="All of this task that are waiting.")
            chosen.add_argument("--all", action="store_true", help="All that are waiting.")

    def handle(self, *, subcommand: str, **options: Any) -> None:
        if subcommand == "list":
            self.write_list(**options)
        elif subcommand == "show":
            self.show(options["id"])
        else:
            self.settle(*SETTLING[subcommand], ids=options["ids"], task=options["task"])

    def write_list(self, *, state: str, task: str | None, limit: int, **options: Any) -> None:
        """Print a line for each that fits."""
        letters = of_task(DeadLetter.objects.newest_first(), task)
        if state != "all":
            letters = letters.filter(state=state)
        for letter in letters[:limit]:
            what = letter.exception.partition("\n")[0][:100]
            self.stdout.write(
                f"{letter.pk:>6}  {letter.died_at:%Y-%m-%d %H:%M:%S}  {letter.state}  {letter.task}  {what}"
            )

    def show(self, letter_id: int) -> None:
        """Print one, with what is sensitive in its arguments hidden."""
        letter = DeadLetter.objects.filter(pk=letter_id).first()
        if letter is None:
            raise CommandError(f"There is no dead letter {letter_id}.")
        arguments = shown_arguments(letter.task, json.loads(letter.args), json.loads(letter.kwargs))
        for name, value in {
            "task": letter.task,
            "task id": letter.task_id,
            "arguments": json.dumps(arguments, ensure_ascii=False),
            "state": letter.state,
            "queue": letter.queue,
            "reason": letter.get_reason_display(),
            "attempts": letter.attempts,
            "died": letter.died_at.isoformat(),
            "request": letter.request_id,
            "user": letter.user_id,
            "exception": letter.exception,
        }.items():
            self.stdout.write(f"{name + ':':<11}{value}")
        self.stdout.write(letter.traceback)

    def settle(self, service: Callable[..., bool], done: str, *, ids: list[int], task: str | None) -> None:
        """Run `service`, a transaction of its own, for each that is meant."""
        waiting = of_task(DeadLetter.objects.waiting(), task).order_by("pk").values_list("pk", flat=True)
        settled, failed = 0, 0
        for letter_id in ids or list(waiting):
            try:
                if service(letter_id=letter_id):
                    settled += 1
                else:
                    failed += 1
                    self.stderr.write(f"{letter_id} is not waiting.")
            except services.UnknownTask as error:
                failed += 1
                self.stderr.write(f"{letter_id}: {error}")
            except OperationalError as error:
                raise CommandError(f"After {settled} {done}, the broker does not answer: {error}") from error
        self.stdout.write(f"{settled} {done}.")
        if failed:
            raise CommandError(f"{failed} left as they are.")


def of_task(letters: DeadLetterQuerySet, task: str | None) -> DeadLetterQuerySet:
    return letters.filter(task=task) if task else letters
