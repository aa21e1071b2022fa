"""Views of Django REST framework."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.rules.models import owned_models
from tools.audit.source import Module, Project, attribute, chain, targets

DEFAULTS = {"PERMISSION": "API001", "THROTTLE": "API002"}


def is_open(permissions: ast.expr | None) -> bool:
    """Return whether a list of permission classes lets everybody in."""
    return isinstance(permissions, ast.List | ast.Tuple) and all(
        chain(one)[-1] == "AllowAny" for one in permissions.elts
    )


def views(project: Project) -> Iterator[Finding]:
    """Find views that anybody may call, as often as they like, or for the rows of others."""
    owned = owned_models(project)
    for module, view in project.classes.values():
        permissions, throttles, queryset = (
            attribute(view, name) for name in ("permission_classes", "throttle_classes", "queryset")
        )
        if permissions and is_open(permissions):
            yield module.find("API001", permissions)
        if isinstance(throttles, ast.List | ast.Tuple) and not throttles.elts:
            yield module.find("API002", throttles)
        if queryset and chain(queryset)[0] in owned and attribute(view, "serializer_class"):
            methods = [node for node in view.body if getattr(node, "name", "") in {"get_queryset", "get_object"}]
            asked = any("user" in ast.unparse(node) or "request" in ast.unparse(node) for node in methods)
            guards = [permissions, attribute(view, "filter_backends")]
            guarded = any(word in ast.unparse(one) for one in guards if one for word in ("Admin", "Object", "Owne"))
            if not (asked or guarded):
                yield module.find("API004", queryset)
    for scope in project.scopes.values():
        for decorator in scope.function.decorator_list:
            if (
                isinstance(decorator, ast.Call)
                and chain(decorator) == ["permission_classes"]
                and is_open(decorator.args[0])
            ):
                yield scope.module.find("API001", decorator)


def defaults(project: Project) -> Iterator[Finding]:
    """Find what REST_FRAMEWORK leaves open."""
    for module in project.modules:
        for node in module.nodes:
            if ["REST_FRAMEWORK"] in targets(node) and isinstance(node, ast.Assign | ast.AnnAssign):
                yield from open_defaults(module, node)


def open_defaults(module: Module, node: ast.Assign | ast.AnnAssign) -> Iterator[Finding]:
    text = ast.unparse(node)
    for name, rule in DEFAULTS.items():
        if f"DEFAULT_{name}_CLASSES" not in text:
            yield module.find(rule, node, f"no DEFAULT_{name}_CLASSES")


CHECKS = [views, defaults]
