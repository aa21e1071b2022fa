"""Unfinished and failed background tasks in the admin."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from apps.database.paginator import BoundedPaginator
from apps.outbox import services
from apps.outbox.base import shown_arguments
from apps.outbox.models import OutboxTask, State


@admin.register(OutboxTask)
class OutboxTaskAdmin(ModelAdmin):
    """View tasks; replay and delete those that failed."""

    icon = "schedule"
    list_display = ["name", "state", "attempts", "summary", "queued_at", "failed_at"]
    list_filter = ["state"]
    show_full_result_count = False
    paginator = BoundedPaginator
    search_fields = ["name", "exception", "task_id__exact", "request_id__exact"]
    actions = ["replay_selected"]
    fieldsets = [
        (None, {"fields": ["name", "task_id", "shown_arguments", ("state", "attempts"), ("queue", "queued_at")]}),
        ("Failure", {"fields": ["failed_at", "exception", "shown_traceback"]}),
        ("Enqueued for", {"fields": [("request_id", "user_id")]}),
    ]

    def dashboard(self) -> dict[str, Any]:
        tasks = OutboxTask.objects.order_by()
        return {"tasks": {state: tasks.filter(state=state).count() for state in State}}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_add_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.state == State.FAILED) and super().has_delete_permission(request, obj)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.replay_outboxtask")

    @admin.display(description="Exception")
    def summary(self, task: OutboxTask) -> str:
        return task.exception.partition("\n")[0][:100]

    @admin.display(description="Arguments")
    def shown_arguments(self, task: OutboxTask) -> str:
        return json.dumps(shown_arguments(json.loads(task.args), json.loads(task.kwargs)))

    @admin.display(description="Traceback")
    def shown_traceback(self, task: OutboxTask) -> SafeString:
        return format_html('<pre class="overflow-auto whitespace-pre text-xs">{}</pre>', task.traceback)

    @admin.action(description="Replay selected failed tasks", permissions=["replay"])
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[OutboxTask]) -> None:
        messages.info(request, f"Failed tasks queued again: {services.replay(queryset)}.")
