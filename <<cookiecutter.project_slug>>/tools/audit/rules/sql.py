"""SQL that is put together from more than constants."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, Scope, below, chain

SENDING = {"execute", "executemany", "raw", "RawSQL", "extra"}
# Quoted names, those of tables and columns, numbers.
SAFE = {"quote_name", "Identifier", "SQL", "_meta", "db_table", "column", "int", "len"}
BUILT = (ast.JoinedStr, ast.BinOp, ast.AugAssign)
BUILDING = {"join", "format", "format_map", "substitute", "safe_substitute", "replace"}
# What takes texts for people.
TOLD = re.compile(r"\w*(Error|Exception|Warning)|print|debug|info|warning|error|exception|gettext\w*|_")


def built_sql(project: Project) -> Iterator[Finding]:
    """Find SQL that is put together where it is sent, and not only from constants."""
    for scope in project.scopes.values():
        for call in scope.calls:
            if chain(call)[-1] in SENDING:
                given = call.args[:1] + [one.value for one in call.keywords if "params" not in (one.arg or "params")]
                for value in [value for one in given for value in sources(one, scope) or [one]]:
                    if any(is_built(node, scope) for node in below(value)) and not is_fixed(value, scope):
                        yield scope.module.find("SQL001", value)


def is_harmless(project: Project, found: Finding) -> bool:
    """Return whether the SQL at a line that ruff reports is put together from constants alone, or a text for people."""
    scopes = [scope for scope in project.scopes.values() if scope.module.path == found.path]
    places = [(node, one) for one in scopes for node in one.nodes if getattr(node, "lineno", 0) == found.line]
    built = [place for place in places if is_built(*place)]
    told = any(isinstance(node, ast.Call | ast.Raise) and TOLD.fullmatch(chain(node)[-1]) for node, _ in places)
    return told or (bool(built) and all(is_fixed(*place) for place in built))


def is_built(node: ast.AST, scope: Scope) -> bool:
    """Return whether `node`, or the function that it calls, puts a text together from others."""
    called = scope.callee(node) if isinstance(node, ast.Call) else None
    given = [node, *called.returned] if called else [node]
    return any(isinstance(one, BUILT) or (isinstance(one, ast.Call) and chain(one)[-1] in BUILDING) for one in given)


def is_fixed(node: ast.AST, scope: Scope, seen: frozenset[str] = frozenset()) -> bool:
    """Return whether `node` consists of constants, names in capitals and what is safe in SQL."""
    names = chain(node)
    if isinstance(node, ast.Name | ast.Attribute):
        name, values = ast.unparse(node), sources(node, scope)
        capitals = any(map(str.isupper, names)) and "request" not in names  # request.GET
        if capitals or name in seen or SAFE & {*names}:
            return True
        values = values or ([node.value] if isinstance(node, ast.Attribute) else [])
        return bool(values) and all(is_fixed(one, scope, seen | {name}) for one in values)
    if isinstance(node, ast.Call) and SAFE & {*names, *(chain(one)[-1] for one in node.args)}:
        return True
    fields = [getattr(node, name) for name in node._fields if name not in {"generators", "slice", "test"}]
    parts = [part for field in fields for part in (field if isinstance(field, list) else [field])]
    function = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
    return all(is_fixed(part, scope, seen) for part in parts if isinstance(part, ast.AST) and part is not function)


def sources(variable: ast.AST, scope: Scope) -> list[ast.AST]:
    """Return what `variable` stands for: what is assigned, added or appended to it, or what a loop takes it from."""
    name = ast.unparse(variable)
    added = [call for call in scope.calls if ast.unparse(call.func) in {f"{name}.append", f"{name}.extend"}]
    found: list[ast.AST] = [one for call in added for one in call.args]
    for node in scope.nodes:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if any(name in map(ast.unparse, ast.walk(target)) for target in targets if target):
            value = getattr(node, "iter", getattr(node, "value", None))
            if isinstance(targets[0], ast.Tuple) and isinstance(value, ast.Call):
                value = ast.Constant("")  # what a function returns beside the parameters
            found += [node if isinstance(node, ast.AugAssign) else value] if value else []
    return found
