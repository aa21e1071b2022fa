"""Celery tasks that leave their limits, retries or queue to chance, where the project's other tasks do not."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, Scope, assignments, chain, keyword

# By rule: the options of a task of which it needs one, and what in the settings stands for all tasks.
NEEDED = {
    "TSK001": ({"time_limit", "soft_time_limit"}, "TASK_TIME_LIMIT"),
    "TSK002": ({"autoretry_for", "max_retries", "retry_kwargs"}, "TASK_ANNOTATIONS"),
    "TSK003": ({"queue", "queue_name"}, "TASK_ROUTES"),
}


def tasks(project: Project) -> Iterator[Finding]:
    """Find tasks without what most tasks declare; the first of all if most do not, and the settings neither."""
    settings = "".join(one.text.upper() for one in project.modules if "settings" in one.path or "celery" in one.path)
    found = [(one, options_of(project, one, task)) for one in project.scopes.values() if (task := task_of(one))]
    for rule, (options, for_all) in NEEDED.items():
        missing = [scope for scope, declared in found if not options & declared]
        few = len(missing) * 2 < len(found)
        for scope in missing if few else missing[: for_all not in settings]:
            others = "" if few else f" and {len(missing) - 1} others"
            yield scope.module.find(rule, scope.function, f"`{scope.function.name}`{others}")


def task_of(scope: Scope) -> ast.expr | None:
    """Return the decorator that makes a function a Celery task."""
    made = [one for one in scope.function.decorator_list if chain(one)[-1] in {"shared_task", "task"}]
    return made[0] if made and (chain(made[0]) == ["shared_task"] or "celery" in scope.module.text.lower()) else None


def options_of(project: Project, scope: Scope, task: ast.expr) -> set[str]:
    """Return the options of a task: of its decorator, of dictionaries given to it, and of its base class."""
    dictionaries = {chain(one.value)[-1] for one in getattr(task, "keywords", []) if not one.arg}
    nodes = [node for module in project.modules for node in module.nodes if dictionaries]
    given = [value for target, value in assignments(nodes) if chain(target)[-1] in dictionaries]
    names = {*re.findall(r"\w+", " ".join(map(ast.unparse, [task, *given])))}
    base = project.classes.get(scope.module.full_name(keyword(task, "base")))
    for one in project.family(*base) if base else ():
        inherited = {chain(target)[-1] for target, _ in assignments(one.body)}
        names |= inherited & (NEEDED["TSK001"][0] | NEEDED["TSK002"][0])
    return names | {"max_retries" for call in scope.calls if chain(call)[-1] == "retry"}
