"""Dead letters for the people who run the site: what happened, and what shall become of it."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from kombu.exceptions import OperationalError
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.utils import display_for_label

from apps.outbox import services
from apps.outbox.masking import shown_arguments
from apps.outbox.models import DeadLetter, State

STATE_COLOURS = {State.WAITING: "danger", State.REPLAYED: "success", State.DISCARDED: "info"}


def preformatted(text: str) -> SafeString:
    """Return the text with its line breaks; long lines scroll."""
    return format_html('<pre class="overflow-auto whitespace-pre text-xs">{}</pre>', text)


@admin.register(DeadLetter)
class DeadLetterAdmin(ModelAdmin):
    """Looked at, replayed and discarded; never written or changed by hand."""

    list_display = ["short_task", "shown_state", "reason", "attempts", "what_happened", "died_at"]
    list_filter = ["state", "reason", "task", "died_at"]
    list_filter_submit = True
    list_per_page = 50
    show_facets = ShowFacets.NEVER  # a count for each value of each filter
    search_fields = ["task", "exception", "task_id__exact", "request_id__exact"]
    search_help_text = "Search by task, exception, or the id of the task or of the request that it was begun for"
    ordering = ["-died_at", "-id"]
    show_full_result_count = False
    actions = ["replay_selected", "discard_selected"]

    fieldsets = [
        (None, {"fields": [("shown_state", "settled_at"), ("task", "queue"), "task_id", "shown_arguments"]}),
        ("What happened", {"fields": [("reason", "attempts", "died_at"), "exception", "shown_traceback"]}),
        ("Begun for", {"fields": [("request_id", "user_id")]}),
    ]
    actions_detail = ("replay", "discard")  # type: ignore[assignment]  # see Unfold's default: an empty tuple

    # Permissions

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_settle_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may change dead letters may replay and discard them."""
        return super().has_change_permission(request)

    # Columns and fields

    @display(description="Task", ordering="task")
    def short_task(self, letter: DeadLetter) -> str:
        return letter.task.removeprefix("apps.").replace(".tasks.", ".") or "(unknown)"

    @display(description="State", ordering="state")
    def shown_state(self, letter: DeadLetter) -> str:
        return display_for_label((letter.state, letter.get_state_display()), "", STATE_COLOURS)

    @display(description="What happened")
    def what_happened(self, letter: DeadLetter) -> str:
        return letter.exception.partition("\n")[0][:100]

    @display(description="Arguments")
    def shown_arguments(self, letter: DeadLetter) -> SafeString:
        arguments = shown_arguments(letter.task, json.loads(letter.args), json.loads(letter.kwargs))
        return preformatted(json.dumps(arguments, indent=2, ensure_ascii=False))

    @display(description="Traceback")
    def shown_traceback(self, letter: DeadLetter) -> SafeString:
        return preformatted(letter.traceback or "None: no worker could say.")

    # Actions on a list

    @action(description="Replay selected dead letters", permissions=["settle"])
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        self._settle(request, queryset.values_list("pk", flat=True), services.replay_dead_letter, "sent again")

    @action(description="Discard selected dead letters", permissions=["settle"])
    def discard_selected(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        self._settle(request, queryset.values_list("pk", flat=True), services.discard_dead_letter, "discarded")

    # Actions on one: buttons on its page, each of which asks first

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        letter = self.get_object(request, str(object_id))
        actions = super().get_actions_detail(request, object_id)
        return actions if letter is not None and letter.state == State.WAITING else []

    @action(
        description="Replay",
        permissions=["settle"],
        icon="replay",
        variant=ActionVariant.PRIMARY,
        dialog={"title": "Replay this task?", "description": "It is sent to a worker as if for the first time."},
    )
    def replay(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        self._settle(request, [int(object_id)], services.replay_dead_letter, "sent again")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:outbox_deadletter_change", args=[object_id])})

    @action(
        description="Discard",
        permissions=["settle"],
        icon="delete",
        variant=ActionVariant.DANGER,
        dialog={"title": "Discard this task?", "description": "It will not be done."},
    )
    def discard(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        self._settle(request, [int(object_id)], services.discard_dead_letter, "discarded")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:outbox_deadletter_change", args=[object_id])})

    def _settle(self, request: HttpRequest, letter_ids: Iterable[int], service: Callable[..., bool], done: str) -> None:
        """Run `service`, a transaction of its own, for each letter, and say what came of it."""
        outcomes = {True: 0, False: 0}
        for letter_id in letter_ids:
            try:
                outcomes[service(letter_id=letter_id)] += 1
            except services.UnknownTask as error:
                messages.error(request, str(error))
            except OperationalError:
                messages.error(request, "The broker does not answer: try again later.")
                break
        if outcomes[True]:
            messages.success(request, f"{outcomes[True]} {'task' if outcomes[True] == 1 else 'tasks'} {done}.")
        if outcomes[False]:
            messages.warning(request, f"{outcomes[False]} had been decided about already.")
