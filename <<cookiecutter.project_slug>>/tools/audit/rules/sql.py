"""SQL that is put together from more than constants."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Module, Project, below, chain

SENDING = {"execute", "executemany", "raw", "RawSQL", "extra"}
# Quoted names, those of tables and columns, numbers.
SAFE = {"quote_name", "Identifier", "SQL", "_meta", "db_table", "column", "int", "len"}
BUILT = (ast.JoinedStr, ast.BinOp, ast.AugAssign)


def built_sql(project: Project) -> Iterator[Finding]:
    """Find SQL that is put together where it is sent, and not only from constants."""
    for module, nodes in bodies(project):
        for call in nodes:
            if isinstance(call, ast.Call) and chain(call)[-1] in SENDING:
                given = call.args[:1] + [one.value for one in call.keywords if "params" not in (one.arg or "params")]
                for value in [value for one in given for value in sources(one, nodes) or [one]]:
                    if any(map(is_built, below(value))) and not is_fixed(value, nodes):
                        yield module.find("SQL001", value)


def is_harmless(project: Project, found: Finding) -> bool:
    """Return whether the SQL at a line that ruff reports is put together from constants alone."""
    places = [(one, nodes) for module, nodes in bodies(project) if module.path == found.path for one in nodes]
    built = [place for place in places if getattr(place[0], "lineno", 0) == found.line and is_built(place[0])]
    return bool(built) and all(is_fixed(*place) for place in built)


def bodies(project: Project) -> Iterator[tuple[Module, list[ast.AST]]]:
    """Yield what runs in each function, and in each module when it is imported."""
    yield from ((scope.module, scope.nodes) for scope in project.scopes.values())
    yield from ((module, [*below(*module.nodes[:1])]) for module in project.modules)


def is_built(node: ast.AST) -> bool:
    """Return whether `node` puts a text together from others."""
    return isinstance(node, BUILT) or (isinstance(node, ast.Call) and chain(node)[-1] in {"join", "format"})


def is_fixed(node: ast.AST, nodes: list[ast.AST], seen: frozenset[str] = frozenset()) -> bool:
    """Return whether `node` consists of constants, names in capitals and what is safe in SQL."""
    if isinstance(node, ast.Name | ast.Attribute):
        name, values = ast.unparse(node), sources(node, nodes)
        capitals = any(map(str.isupper, chain(node))) and "request" not in chain(node)  # request.GET
        return (
            capitals
            or name in seen
            or bool(SAFE & {*chain(node)})
            or (bool(values) and all(is_fixed(one, nodes, seen | {name}) for one in values))
        )
    parts = [*ast.iter_child_nodes(node)]
    if isinstance(node, ast.Call):
        if SAFE & {*chain(node), *(chain(one)[-1] for one in node.args)}:
            return True
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        parts = [*receiver, *node.args, *(one.value for one in node.keywords)]
    elif isinstance(node, ast.Subscript):
        parts = [node.value]
    elif isinstance(node, ast.ListComp | ast.GeneratorExp):
        parts = [node.elt]
    elif isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    return all(is_fixed(part, nodes, seen) for part in parts if isinstance(part, ast.expr))


def sources(variable: ast.AST, nodes: list[ast.AST]) -> list[ast.AST]:
    """Return what `variable` stands for: what is assigned, added or appended to it, or what a loop takes it from."""
    name = ast.unparse(variable)
    found: list[ast.AST] = []
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"{name}.append", f"{name}.extend"}:
            found += node.args
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if any(name in map(ast.unparse, ast.walk(target)) for target in targets if target):
            value = getattr(node, "iter", getattr(node, "value", None))
            if isinstance(targets[0], ast.Tuple) and isinstance(value, ast.Call):
                value = ast.Constant("")  # what a function returns beside the parameters
            found += [node if isinstance(node, ast.AugAssign) else value] if value else []
    return found
