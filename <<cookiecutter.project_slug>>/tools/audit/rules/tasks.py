"""Celery tasks that leave their limits, retries or queue to chance, where the project's other tasks do not."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, Scope, attribute, chain, keyword

# By rule: the options of a task of which it needs one, and what in the settings stands for all tasks.
NEEDED = {
    "TSK001": ({"time_limit", "soft_time_limit"}, "TASK_TIME_LIMIT"),
    "TSK002": ({"autoretry_for", "max_retries", "retry_kwargs"}, "TASK_ANNOTATIONS"),
    "TSK003": ({"queue", "queue_name"}, "TASK_ROUTES"),
}


def undecided(project: Project) -> Iterator[Finding]:
    """Find tasks without what most tasks declare; the first of all if most do not, and the settings neither."""
    settings = "".join(one.text.upper() for one in project.modules if "settings" in one.path or "celery" in one.path)
    tasks = [(scope, options_of(project, scope)) for scope in project.scopes.values() if decorator_of(scope)]
    for rule, (options, for_all) in NEEDED.items():
        missing = [scope for scope, declared in tasks if not options & declared]
        few = len(missing) * 2 < len(tasks)
        for scope in missing if few else missing[: for_all not in settings]:
            others = "" if few else f" and {len(missing) - 1} others"
            yield scope.module.find(rule, scope.function, f"`{scope.function.name}`{others}")


def decorator_of(scope: Scope) -> ast.expr | None:
    """Return the decorator that makes a function a task."""
    made = [one for one in scope.function.decorator_list if chain(one)[-1] in {"shared_task", "task"}]
    return made[0] if made and (chain(made[0]) == ["shared_task"] or "celery" in scope.module.text.lower()) else None


def options_of(project: Project, scope: Scope) -> set[str]:
    """Return the options of a task: those of its decorator, and of retries those of its base class."""
    call = decorator_of(scope)
    given = {one.arg for one in call.keywords if one.arg} if isinstance(call, ast.Call) else set()
    base = keyword(call, "base") if isinstance(call, ast.Call) else None
    found = project.classes.get(scope.module.full_name(base)) if base else None
    retries = any(isinstance(node, ast.Call) and chain(node)[-1] == "retry" for node in scope.nodes)
    inherited = {name for name in NEEDED["TSK002"][0] if retries or (found and attribute(found[1], name))}
    return given | inherited


CHECKS = [undecided]
