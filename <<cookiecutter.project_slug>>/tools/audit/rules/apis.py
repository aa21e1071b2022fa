"""Endpoints that anybody may call, as often as they like, or for the rows of others."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from tools.audit.findings import Finding
from tools.audit.source import Project, Scope, assignments, chain

USERS = {"AUTH_USER_MODEL", "User", "get_user_model"}
OPERATIONS = {
    # % if "drf" in cookiecutter.api
    *("action", "api_view"),
    # % endif
    # % if "ninja" in cookiecutter.api
    *("get", "post", "put", "patch", "delete", "api_operation", "add_router", "Router", "NinjaAPI"),
    # % endif
}
# Attributes of a request that do not identify its user.
SENT = {"GET", "POST", "FILES", "META", "COOKIES", "headers", "method", "path", "body", "data", "query_params"}
EVERY = re.compile(r"(model_)?fields = .*('__all__'|ALL_FIELDS)|exclude = (\[\]|\(\))")
# % if "drf" in cookiecutter.api
DEFAULTS = {"PERMISSION_CLASSES": "API001", "THROTTLE_CLASSES": "API002", "PAGINATION_CLASS": "QRY002"}
# Methods of a view that decide whose rows it reads.
GUARDS = {"get_queryset", "filter_queryset", "get_object", "initial", "dispatch", "setup", "check_permissions"}
# % endif
# What opens an endpoint: the name of an attribute, decorator or argument, and its rule.
OPEN = {
    # % if "drf" in cookiecutter.api
    "permission_classes": "API001",
    "get_permissions": "API001",
    "throttle_classes": "API002",
    "get_throttles": "API002",
    # % endif
    # % if "ninja" in cookiecutter.api
    "auth": "API001",
    "throttle": "API002",
    # % endif
}


def is_open(value: ast.expr, scope: Scope) -> bool:
    """Return whether `value` is None, an empty list, or one that lets everybody in."""
    if held := scope.held(value):
        return all(is_open(one, place) for place, one in held)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return all(re.search(r"\bAllowAny\b", ast.unparse(one)) for one in value.elts)
    return isinstance(value, ast.Constant) and value.value is None


def openings(project: Project) -> Iterator[Finding]:
    """Find endpoints without permissions, authentication or throttles, and serializers of all fields."""
    for scope in project.scopes.values():
        module = scope.module
        given: list[tuple[str | None, ast.expr]] = [(scope.name, value) for value in scope.returned]
        for target, value in assignments(module.nodes) if not scope.name else ():
            given.append((chain(target)[-1], value))
            text = ast.unparse(value)
            # % if "drf" in cookiecutter.api
            for name, rule in DEFAULTS.items() if chain(target) == ["REST_FRAMEWORK"] else ():
                if f"DEFAULT_{name}" not in text or (rule == "API001" and "AllowAny" in text):
                    yield module.find(rule, value, f"DEFAULT_{name}")
            # % endif
            if EVERY.fullmatch(f"{chain(target)[-1]} = {text}"):
                owner = module.parents.get(module.parents[module.parents[target]])
                bases = " ".join(map(ast.unparse, owner.bases)) if isinstance(owner, ast.ClassDef) else "Form"
                yield from [] if re.search("Form|Admin", bases) else [module.find("API003", value)]  # ruff finds forms
        for node in module.nodes if not scope.name else ():
            if isinstance(node, ast.Call):
                *_, name = chain(node)
                # % if "drf" in cookiecutter.api
                given += [(name, value) for value in node.args[:1]]
                given += [(one.arg, one.value) for one in node.keywords if name == "action"]
                # % endif
                # % if "ninja" in cookiecutter.api
                if name in OPERATIONS and "ninja" in module.text.lower():
                    given += [(one.arg, one.value) for one in node.keywords]
                made = project.classes.get(module.full_name(node))
                inherited = project.bases(*made) if made else []
                named = {one.arg for one in node.keywords}
                if "NinjaAPI" in {name, *inherited} and chain(node)[0] != "super":
                    missing = [one for one in ("auth", "throttle") if one not in named]
                    yield from (module.find(OPEN[one], node, f"no {one}") for one in missing)
                # % endif
        yield from (module.find(OPEN[name], value) for name, value in given if name in OPEN and is_open(value, scope))


def lookups(scope: Scope, body: list[ast.stmt], owned: set[str]) -> Iterator[ast.expr]:
    """Yield the places in `body` that look up rows of users."""
    for node in ast.walk(ast.Module(body, [])):
        if isinstance(node, ast.Call | ast.Attribute) and chain(node)[0] not in {"self", "super"}:
            shortcut = isinstance(node, ast.Call) and chain(node)[-1].endswith("_or_404")
            for names in scope.names(node.args[0] if isinstance(node, ast.Call) and shortcut else node):
                if owned & {*names} and (shortcut or scope.query(names)[1]):
                    yield node


def is_scoped(code: list[ast.stmt]) -> bool:
    """Return whether code looks at who sends a request, or gives the request to another function."""
    for node in ast.walk(ast.Module(code, [])):
        if isinstance(node, ast.Attribute) and chain(node.value)[-1] == "request" and node.attr not in SENT:
            return True  # the user, or the tenant that a middleware found
        given = [*node.args, *(one.value for one in node.keywords)] if isinstance(node, ast.Call) else []
        if "request" in (chain(one)[-1] for one in given) and not re.search("super|paginate", ast.unparse(node)):
            return True
    return False


def unscoped(project: Project) -> Iterator[Finding]:
    """Find views that look up rows that belong to users, and do not look at who asks."""
    owned = {model for model, keys in project.keys.items() if {*keys.values()} & USERS}
    owned |= {model for model, keys in project.keys.items() if {*keys.values()} & owned}
    # % if "drf" in cookiecutter.api
    for module, view in project.classes.values():
        family = [one for _, one in project.family(module, view)]
        bases = project.bases(module, view)
        given = {chain(target)[-1]: ast.unparse(value) for target, value in assignments(view.body)}
        guarded = re.search("Admin|Object|Owne", given.get("permission_classes", "") + given.get("filter_backends", ""))
        served = re.search(r"ViewSet|APIView", " ".join(bases)) and not guarded
        guards = [node for one in family for node in one.body if getattr(node, "name", "") in GUARDS]
        for node in view.body if served else ():
            name = getattr(node, "name", "")
            scope = project.scopes.get(f"{module.name}.{view.name}.{name}", project.scopes[module.name])
            if not is_scoped(guards if name in GUARDS or not name else [node]):
                yield from (module.find("API004", one) for one in [*lookups(scope, [node], owned)][:1])
    # % endif
    for scope in project.scopes.values():
        served = any(chain(one)[-1] in OPERATIONS and chain(one)[0] != "action" for one in scope.decorators)
        body = scope.function.body
        for place in [*lookups(scope, body, owned)][:1] if served and not is_scoped(body) else ():
            yield replace(scope.module.find("API004", scope.function), end=place.lineno)
