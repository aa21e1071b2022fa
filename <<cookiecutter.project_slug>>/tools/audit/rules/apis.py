"""Endpoints that anybody may call, as often as they like, or for the rows of others."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import MANAGERS, Project, assignments, chain

USERS = {"AUTH_USER_MODEL", "User", "get_user_model"}
# % if "ninja" in cookiecutter.api
OPERATIONS = {"get", "post", "put", "patch", "delete", "api_operation", "add_router", "Router", "NinjaAPI"}
# % endif
# What opens an endpoint: the name of an attribute, decorator or argument, and its rule.
OPEN = {
    # % if "drf" in cookiecutter.api
    "permission_classes": "API001",
    "throttle_classes": "API002",
    # % endif
    # % if "ninja" in cookiecutter.api
    "auth": "API001",
    "throttle": "API002",
    # % endif
}


def is_open(value: ast.expr) -> bool:
    """Return whether `value` is None, an empty list, or one that lets everybody in."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return all(chain(one)[-1] == "AllowAny" for one in value.elts)
    return isinstance(value, ast.Constant) and value.value is None


def openings(project: Project) -> Iterator[Finding]:
    """Find endpoints without permissions, authentication or throttles."""
    for module in project.modules:
        for node in module.nodes:
            given: list[tuple[str, ast.expr]] = []
            # % if "drf" in cookiecutter.api
            given = [(chain(target)[-1], value) for target, value in assignments([node])]
            if isinstance(node, ast.Call) and node.args and chain(node)[-1] in OPEN:
                given = [(chain(node)[-1], node.args[0])]
            if isinstance(node, ast.Return) and getattr(module.parents[node], "name", "") == "get_permissions":
                given = [("permission_classes", node.value)] if node.value else []
            # % endif
            # % if "ninja" in cookiecutter.api
            if isinstance(node, ast.Call) and chain(node)[-1] in OPERATIONS and "ninja" in module.text.lower():
                given = [(one.arg, one.value) for one in node.keywords if one.arg]
            made = project.classes.get(module.full_name(node)) if isinstance(node, ast.Call) else None
            bases = {chain(base)[-1] for one in project.family(*made) for base in one.bases} if made else set()
            if isinstance(node, ast.Call) and "NinjaAPI" in {chain(node)[-1], *bases} and "super" not in chain(node):
                named = {one.arg for one in node.keywords}
                missing = [name for name in ("auth", "throttle") if name not in named]
                yield from (module.find(OPEN[name], node, f"no {name}") for name in missing)
            # % endif
            yield from (module.find(OPEN[name], value) for name, value in given if name in OPEN and is_open(value))


# % if "drf" in cookiecutter.api
def settings(project: Project) -> Iterator[Finding]:
    """Find what REST_FRAMEWORK leaves open."""
    for module in project.modules:
        for target, value in assignments(module.nodes):
            text = ast.unparse(value) if chain(target) == ["REST_FRAMEWORK"] else ""
            for name, rule in (("PERMISSION", "API001"), ("THROTTLE", "API002")) if text else ():
                if f"DEFAULT_{name}_CLASSES" not in text or (name == "PERMISSION" and "AllowAny" in text):
                    yield module.find(rule, value, f"DEFAULT_{name}_CLASSES")


# % endif
def all_fields(project: Project) -> Iterator[Finding]:
    """Find serializers and schemas of all fields; ruff finds forms."""
    for module in project.modules:
        for target, value in assignments(module.nodes):
            everything = ast.unparse(value).rpartition(".")[2] in {"'__all__'", "ALL_FIELDS"}
            if everything and chain(target) in (["fields"], ["model_fields"]):
                owner = module.parents.get(module.parents[module.parents[target]])
                bases = " ".join(map(ast.unparse, owner.bases)) if isinstance(owner, ast.ClassDef) else "Form"
                if not re.search("Form|Admin", bases):
                    yield module.find("API003", value)


def lookup(code: list[ast.stmt], body: list[ast.stmt], owned: set[str]) -> ast.AST | None:
    """Return the first place in `body` that looks up rows of users, if nothing in `code` looks at who asks."""
    for node in () if any(map(asks, ast.walk(ast.Module(code, [])))) else ast.walk(ast.Module(body, [])):
        names = chain(node)
        if isinstance(node, ast.Attribute) and names[0] in owned and names[-1] in MANAGERS:
            return node
        found = isinstance(node, ast.Call) and re.fullmatch("get_(object|list)_or_404", names[-1]) and node.args
        if found and chain(found[0])[0] in owned:
            return node
    return None


def asks(node: ast.AST) -> bool:
    """Return whether `node` looks at who sends a request, or gives the request to another function."""
    if isinstance(node, ast.Attribute):
        return node.attr in {"user", "auth"} and chain(node.value)[-1] == "request"
    given = [*node.args, *(one.value for one in node.keywords)] if isinstance(node, ast.Call) else []
    return any(chain(one)[-1] == "request" for one in given) and not re.search("super|paginate", ast.unparse(node))


def unscoped(project: Project) -> Iterator[Finding]:
    """Find views that look up rows that belong to users, and do not look at who asks."""
    owned = {model for model, keys in project.keys.items() if {*keys.values()} & USERS}
    owned |= {model for model, keys in project.keys.items() if {*keys.values()} & owned}
    # % if "drf" in cookiecutter.api
    for module, view in project.classes.values():
        family = project.family(module, view)
        bases = " ".join(ast.unparse(base) for one in family for base in one.bases)
        given = {chain(target)[-1]: ast.unparse(value) for target, value in assignments(view.body)}
        guards = given.get("permission_classes", "") + given.get("filter_backends", "")
        found = lookup([node for one in family for node in one.body], view.body, owned)
        if found and re.search(r"ViewSet|APIView|generics\.", bases) and not re.search("Admin|Object|Owne", guards):
            yield module.find("API004", found)
    # % endif
    # % if "ninja" in cookiecutter.api
    for scope in project.scopes.values():
        body = scope.function.body
        served = any(chain(one)[-1] in OPERATIONS and len(chain(one)) > 1 for one in scope.function.decorator_list)
        if served and lookup(body, body, owned):
            yield scope.module.find("API004", scope.function, f"`{scope.function.name}`")
    # % endif
