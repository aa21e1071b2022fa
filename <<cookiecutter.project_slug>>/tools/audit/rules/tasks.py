"""Celery tasks that leave their limits, retries or queue to chance, where the project's other tasks do not."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import DEFINITIONS, Project, Scope, chain, keyword

# By rule: the options of a task of which it needs one, and what in the settings stands for all tasks.
NEEDED = {
    "TSK001": ({"time_limit", "soft_time_limit"}, "TASK_TIME_LIMIT"),
    "TSK002": ({"autoretry_for"}, "TASK_ANNOTATIONS"),
    "TSK003": ({"queue", "queue_name"}, "TASK_ROUTES"),
}
# The names in `name=value`, `name: type = value` and `'name': value`, and what stands for no value.
DECLARED = re.compile(r"(\w+)(?:: [\w\[\]]+)?(?: ?= ?|': )(?! )(None\b|0\b|'default'|\(\))?")
NO_OPTIONS = ast.Constant("")  # of a decorator, for a task that is a class


def tasks(project: Project) -> Iterator[Finding]:
    """Find tasks without what most tasks declare; the first of all if most do not, and the settings neither."""
    settings = "".join(one.text.upper() for one in project.modules if "settings" in one.path or "celery" in one.path)
    decorators = [(scope, one) for scope in project.scopes.values() for one in scope.decorators]
    made = [(scope, one) for scope, one in decorators if chain(one)[-1] in {"shared_task", "task"}]
    made = [(scope, one) for scope, one in made if "celery" in scope.module.text.lower()]
    made += [(scope, NO_OPTIONS) for scope in project.scopes.values() if scope.name == "run" and is_of_task(scope)]
    found = [(scope, options_of(project, scope, one)) for scope, one in made]
    for rule, (options, for_all) in NEEDED.items():
        missing = [scope for scope, declared in found if not options & declared]
        few = len(missing) * 2 < len(found)
        for scope in missing if few else missing[: for_all not in settings]:
            others = "" if few else f" and {len(missing) - 1} others"
            task = scope.owner or scope.function
            yield scope.module.find(rule, task, f"`{getattr(task, 'name', '')}`{others}")


def is_of_task(scope: Scope) -> bool:
    """Return whether a function is a method of one of Celery's classes of tasks."""
    family = scope.project.family(scope.module, scope.owner) if scope.owner else []
    bases = [module.full_name(base) for module, node in family for base in node.bases]
    return any(base.startswith("celery.") and "Task" in base for base in bases)


def options_of(project: Project, scope: Scope, task: ast.expr) -> set[str]:
    """Return the options of a task: of its decorator, of dictionaries given to that, and of its class or base class."""
    given = [value for one in getattr(task, "keywords", []) if not one.arg for _, value in scope.held(one.value)]
    base = project.classes.get(scope.module.full_name(keyword(task, "base")))
    base = (scope.module, scope.owner) if scope.owner else base
    family = project.family(*base) if base else []
    body = [node for _, one in family for node in one.body if not isinstance(node, DEFINITIONS)]
    values: dict[str, str] = {}
    for name, nothing in DECLARED.findall("\n".join(map(ast.unparse, [task, *given, *body]))):
        values.setdefault(name, nothing)
    if any(chain(call)[-1] == "retry" for call in scope.calls):
        values["autoretry_for"] = ""
    if values.get("max_retries") == "0":
        values["autoretry_for"] = "0"
    return {name for name, nothing in values.items() if not nothing}
