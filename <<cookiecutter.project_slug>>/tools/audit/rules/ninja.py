"""Operations of Django Ninja."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.rules.models import owned_models
from tools.audit.source import Project, Scope, chain, keyword, targets

METHODS = {"get", "post", "put", "patch", "delete", "api_operation"}


def operations(project: Project) -> Iterator[Finding]:
    """Find operations that anybody may call, as often as they like, or for the rows of others."""
    owned = owned_models(project)
    for module in project.modules:
        made = [node for node in module.nodes if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
        routers = {
            names[0] for node in made if chain(node.value)[-1].endswith(("Router", "API")) for names in targets(node)
        }
        for scope in project.scopes.values():
            for decorator in scope.function.decorator_list if scope.module is module else ():
                names = chain(decorator)
                if isinstance(decorator, ast.Call) and names[0] in routers and names[-1] in METHODS:
                    auth, throttle = keyword(decorator, "auth"), keyword(decorator, "throttle")
                    if isinstance(auth, ast.Constant):
                        yield module.find("API001", auth, "auth=None")
                    if throttle and not getattr(throttle, "elts", getattr(throttle, "func", None)):
                        yield module.find("API002", throttle, "an empty throttle")
                    if model := model_of_others(scope, owned):
                        yield module.find("API004", scope.function, f"`{model}`")


def model_of_others(scope: Scope, owned: set[str]) -> str:
    """Return the model of users' rows that an operation looks up without looking at who asks."""
    source = ast.unparse(ast.Module(scope.function.body, []))
    used = [chain(node)[0] for node in scope.nodes if isinstance(node, ast.Attribute) and node.attr == "objects"]
    asked = "request.user" in source or "request.auth" in source
    return "" if asked else next((name for name in used if name in owned), "")


def apis(project: Project) -> Iterator[Finding]:
    """Find APIs without throttles."""
    for module in project.modules:
        for call in module.calls:
            found = project.classes.get(module.full_name(call))
            bases = [chain(base)[-1] for base in found[1].bases] if found else []
            if "NinjaAPI" in {chain(call)[-1], *bases} and not keyword(call, "throttle"):
                yield module.find("API002", call, "no throttle")


CHECKS = [operations, apis]
