"""Celery tasks that leave their limits, retries or queue to chance."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, attribute, chain, keyword

RETRIES = {"autoretry_for", "max_retries", "retry_kwargs"}


def undecided(project: Project) -> Iterator[Finding]:
    """Find tasks without a time limit, a retry or a queue."""
    settings = "".join(one.text.upper() for one in project.modules if "settings" in one.path or "celery" in one.path)
    for scope in project.scopes.values() if "CELERY" in settings else ():
        for decorator in scope.function.decorator_list:
            if chain(decorator)[-1] != "shared_task" and chain(decorator) not in (["app", "task"], ["celery", "task"]):
                continue
            call = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
            base = project.classes.get(scope.module.full_name(keyword(call, "base") or call))
            options = {one.arg for one in call.keywords}
            options |= {name for name in RETRIES if base and attribute(base[1], name)}
            retries = any(isinstance(node, ast.Call) and chain(node)[-1] == "retry" for node in scope.nodes)
            find, name = scope.module.find, f"`{scope.function.name}`"
            if not {"time_limit", "soft_time_limit"} & options:
                yield find("TSK001", scope.function, name, "note" if "TASK_TIME_LIMIT" in settings else "warning")
            if not RETRIES & options and not retries:
                yield find("TSK002", scope.function, name)
            if not {"queue", "queue_name"} & options and "TASK_ROUTES = {" not in settings:
                yield find("TSK003", scope.function, name, "note")


CHECKS = [undecided]
