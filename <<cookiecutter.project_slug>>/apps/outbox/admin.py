"""Unfinished and failed background tasks in the admin."""

import json
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.dataclasses import ActionDialog, UnfoldAction
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from apps.outbox import services
from apps.outbox.context import shown_arguments
from apps.outbox.models import OutboxTask, OutboxTaskQuerySet, State

COLOURS: dict[str, str] = {State.QUEUED: "info", State.FAILED: "danger", State.DISCARDED: "warning"}
REPLAY: ActionDialog = {"title": "Replay this task?", "description": "It is sent to a worker as if for the first time."}
DISCARD: ActionDialog = {"title": "Discard this task?", "description": "It will not run."}


@admin.register(OutboxTask)
class OutboxTaskAdmin(ModelAdmin):
    """View tasks; replay and discard those that failed."""

    list_display = ["name", "shown_state", "attempts", "summary", "queued_at", "failed_at"]
    list_filter = ["state", "queue", "name"]
    list_filter_submit = True
    list_per_page = 50
    show_facets = ShowFacets.NEVER  # a count for each value of each filter
    show_full_result_count = False
    search_fields = ["name", "exception", "task_id__exact", "request_id__exact"]
    actions = ["replay_selected", "discard_selected"]
    actions_detail = ("replay", "discard")  # type: ignore[assignment]  # as Unfold's default, an empty tuple
    fieldsets = [
        (None, {"fields": ["name", "task_id", "shown_arguments", ("shown_state", "attempts"), ("queue", "queued_at")]}),
        ("Failure", {"fields": ["failed_at", "exception", "shown_traceback"]}),
        ("Enqueued for", {"fields": [("request_id", "user_id")]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_replay_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("outbox.replay_outboxtask")

    def has_discard_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("outbox.discard_outboxtask")

    @display(description="State", ordering="state", label=COLOURS)
    def shown_state(self, task: OutboxTask) -> tuple[str, str]:
        return task.state, task.get_state_display()

    @display(description="Exception")
    def summary(self, task: OutboxTask) -> str:
        return task.exception.partition("\n")[0][:100]

    @display(description="Arguments")
    def shown_arguments(self, task: OutboxTask) -> str:
        return json.dumps(shown_arguments(task.name, json.loads(task.args), json.loads(task.kwargs)))

    @display(description="Traceback")
    def shown_traceback(self, task: OutboxTask) -> SafeString:
        return format_html('<pre class="overflow-auto whitespace-pre text-xs">{}</pre>', task.traceback)

    @action(description="Replay selected failed tasks", permissions=["replay"])
    def replay_selected(self, request: HttpRequest, queryset: OutboxTaskQuerySet) -> None:
        messages.info(request, f"Failed tasks queued again: {services.replay(queryset)}.")

    @action(description="Discard selected failed tasks", permissions=["discard"])
    def discard_selected(self, request: HttpRequest, queryset: OutboxTaskQuerySet) -> None:
        messages.info(request, f"Failed tasks discarded: {services.discard(queryset)}.")

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        failed = OutboxTask.objects.failed().filter(pk=object_id).exists()
        return super().get_actions_detail(request, object_id) if failed else []

    @action(description="Replay", permissions=["replay"], icon="replay", dialog=REPLAY)
    def replay(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        self.replay_selected(request, OutboxTask.objects.filter(pk=object_id))
        return HttpResponse(headers={"HX-Redirect": reverse("admin:outbox_outboxtask_changelist")})

    @action(description="Discard", permissions=["discard"], icon="delete", dialog=DISCARD)
    def discard(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        self.discard_selected(request, OutboxTask.objects.filter(pk=object_id))
        return HttpResponse(headers={"HX-Redirect": reverse("admin:outbox_outboxtask_changelist")})
