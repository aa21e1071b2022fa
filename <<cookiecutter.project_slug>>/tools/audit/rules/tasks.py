"""Celery tasks that leave their limits, retries or queue to chance, where the project's other tasks do not."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import DEFINITIONS, Project, Scope, chain, keyword

# By rule: the options of a task of which it needs one, and what in the settings stands for all tasks.
NEEDED = {
    "TSK001": ({"time_limit", "soft_time_limit"}, "TASK_TIME_LIMIT"),
    "TSK002": ({"autoretry_for", "max_retries", "retry_kwargs"}, "TASK_ANNOTATIONS"),
    "TSK003": ({"queue", "queue_name"}, "TASK_ROUTES"),
}
# The names in `name=value`, `name: type = value` and `'name': value` that are set to something.
DECLARED = re.compile(r"(\w+)(?:: [\w\[\]]+)?(?: ?= ?|': )(?! |None\b|0\b|'default')")


def tasks(project: Project) -> Iterator[Finding]:
    """Find tasks without what most tasks declare; the first of all if most do not, and the settings neither."""
    settings = "".join(one.text.upper() for one in project.modules if "settings" in one.path or "celery" in one.path)
    decorators = [(scope, one) for scope in project.scopes.values() for one in scope.decorators]
    made = [(scope, one) for scope, one in decorators if chain(one)[-1] in {"shared_task", "task"}]
    made = [(scope, one) for scope, one in made if "celery" in scope.module.text.lower()]
    found = [(scope, options_of(project, scope, one)) for scope, one in made]
    for rule, (options, for_all) in NEEDED.items():
        missing = [scope for scope, declared in found if not options & declared]
        few = len(missing) * 2 < len(found)
        for scope in missing if few else missing[: for_all not in settings]:
            others = "" if few else f" and {len(missing) - 1} others"
            yield scope.module.find(rule, scope.function, f"`{scope.name}`{others}")


def options_of(project: Project, scope: Scope, task: ast.expr) -> set[str]:
    """Return the options of a task: of its decorator, of dictionaries given to it, and of its base class."""
    given = [value for one in getattr(task, "keywords", []) if not one.arg for _, value in scope.held(one.value)]
    base = project.classes.get(scope.module.full_name(keyword(task, "base")))
    family = project.family(*base) if base else []
    body = [node for _, one in family for node in one.body if not isinstance(node, DEFINITIONS)]
    declared = {*DECLARED.findall("\n".join(map(ast.unparse, [task, *given, *body])))}
    return declared | {"max_retries" for call in scope.calls if chain(call)[-1] == "retry"}
