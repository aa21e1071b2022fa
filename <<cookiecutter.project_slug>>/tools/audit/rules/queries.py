"""Queries: in loops, without bounds, and for their length; and saves of whole rows."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import (
    EVALUATING,
    LAZY,
    MANAGERS,
    RELATED,
    Project,
    Scope,
    attribute,
    below,
    chain,
    is_queryset,
    keyword,
    targets,
)

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What cannot be done for many rows at once.
UPSERTS = {"get_or_create", "update_or_create"}
# What sends a statement for a related manager, and is not a method of dictionaries as well.
FRESH = RELATED - {"all"} | {
    "count",
    "exists",
    "first",
    "last",
    "latest",
    "earliest",
    "aggregate",
    "create",
    "values_list",
}
# Loops over a few things: batches of rows, numbers, fixed choices.
FEW = {"range", "batched", "chunked", "chunks", "batches", "in_batches", "choices", "settings"}
# What reads all rows of a QuerySet.
READERS = {"list", "tuple", "set", "sorted", "dict", "JsonResponse", "render", "serialize"}
# Methods in which an object is new, or a form or serializer decides what changes.
NEW = {"save_model", "save_formset", "perform_create", "create", "save", "form_valid"}


def in_loops(project: Project) -> Iterator[Finding]:
    """Find statements that run once for each pass of a loop."""
    for scope in project.scopes.values():
        for loop in scope.nodes if "/management/commands/" not in scope.module.path else ():
            over, rows, inside = parts_of(loop)
            calls = below(*inside) if over and not FEW & set(chain(over)) else ()
            queries = [call for call in calls if isinstance(call, ast.Call) and is_query(call, scope, rows)]
            if queries:
                yield scope.module.find("QRY001", queries[0])


def is_query(call: ast.Call, scope: Scope, rows: set[str]) -> bool:
    """Return whether `call` sends a statement; `rows` are the variables of the loop around it."""
    names = chain(call)
    if names[1:] == ["save"]:
        return names[0] in rows
    if names[-1] == "get" and call.args:
        return False  # a dictionary's
    if names[0] in rows and len(names) == 3 and names[-1] in FRESH and not call.args:
        return True
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call
    return names[-1] in EVALUATING - UPSERTS and is_queryset(receiver, scope.querysets)


def parts_of(loop: ast.AST) -> tuple[ast.expr | None, set[str], list[ast.AST]]:
    """Return what a loop runs over, its variables, and what runs in each pass; None if there are few."""
    if isinstance(loop, ast.For | ast.AsyncFor) and not isinstance(loop.body[-1], ast.Return | ast.Break | ast.Raise):
        over, target, inside = loop.iter, loop.target, list[ast.AST](loop.body)
    elif isinstance(loop, COMPREHENSIONS):
        first, *others = loop.generators
        results = [loop.key, loop.value] if isinstance(loop, ast.DictComp) else [loop.elt]
        over, target = first.iter, first.target
        inside = [*results, *first.ifs, *(part for other in others for part in (other.iter, *other.ifs))]
    else:
        return None, set(), []
    fixed = isinstance(over, ast.Tuple | ast.List | ast.Set | ast.Dict)
    return None if fixed else over, {node.id for node in below(target) if isinstance(node, ast.Name)}, inside


def unbounded(project: Project) -> Iterator[Finding]:
    """Find views that read every row of a model, themselves or by a function that returns them."""
    for scope in project.scopes.values():
        source = ast.unparse(scope.function).lower() if is_view(scope) else "paginate"
        for node in () if "paginat" in source or "get_page" in source else scope.nodes:
            read: list[ast.expr] = [node.iter] if isinstance(node, ast.For | ast.comprehension) else []
            if isinstance(node, ast.Call) and (chain(node)[-1] in READERS or keyword(node, "many")):
                read = [*node.args, *(value for one in node.args if isinstance(one, ast.Dict) for value in one.values)]
            for one in read:
                called = project.callee(scope, one) if isinstance(one, ast.Call) else None
                returned = [inner.value for inner in called.nodes if isinstance(inner, ast.Return)] if called else []
                if any(is_whole_table(value) for value in [one, *returned] if value):
                    yield scope.module.find("QRY002", one)


def is_view(scope: Scope) -> bool:
    """Return whether a function answers requests."""
    arguments = [argument.arg for argument in scope.function.args.args]
    if scope.owner:
        bases = " ".join(map(ast.unparse, scope.owner.bases))
        reads = scope.function.name in {"get", "list", "get_context_data"} or arguments[1:2] == ["request"]
        return ("View" in bases or "Viewset" in bases) and reads
    return arguments[:1] == ["request"]


def is_whole_table(node: ast.AST) -> bool:
    """Return whether `node` is a QuerySet of every row of a model."""
    names = chain(node)
    start = next((names.index(name) for name in names if name in MANAGERS), 0)
    return start > 0 and "all" in names and set(names[start + 1 :]) <= LAZY - {"filter", "exclude"}


def lengths(project: Project) -> Iterator[Finding]:
    """Find QuerySets that are evaluated for their length or truth, and for nothing else."""
    for scope in project.scopes.values():
        for node in scope.nodes:
            tested: list[ast.expr] = []
            if isinstance(node, ast.Call) and chain(node) in (["len"], ["bool"]):
                tested = node.args
            elif isinstance(node, ast.If | ast.IfExp):
                test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
                tested = test.values if isinstance(test, ast.BoolOp) else [test]
            for one in tested:
                if is_queryset(one, scope.querysets) and not is_read(one, scope):
                    yield scope.module.find("QRY003", one)


def is_read(tested: ast.expr, scope: Scope) -> bool:
    """Return whether the rows of the variable `tested` are used too, so that loading them is right."""
    for node in scope.nodes if isinstance(tested, ast.Name) else ():
        if isinstance(node, ast.Name) and chain(node) == chain(tested) and node is not tested:
            parent = scope.module.parents[node]
            counts = isinstance(parent, ast.Call) and chain(parent) in (["len"], ["bool"])
            if isinstance(node.ctx, ast.Load) and not (isinstance(parent, ast.Attribute | ast.UnaryOp) or counts):
                return True
    return False


def saves(project: Project) -> Iterator[Finding]:
    """Find objects that are read, changed and saved whole."""
    for scope in project.scopes.values():
        if "/management/commands/" in scope.module.path:
            continue
        changed = {names[0] for node in scope.nodes for names in targets(node) if len(names) == 2 and names[1] != "[]"}
        made = {names[0] for node in scope.nodes if makes_new(node) for names in targets(node)}
        calls = [node for node in scope.nodes if isinstance(node, ast.Call) and scope.function.name not in NEW]
        changed |= {chain(call.args[0])[0] for call in calls if chain(call) == ["setattr"]}
        chosen = {chain(call)[0] for call in calls if chain(call)[1:] == ["save"] and keyword(call, "update_fields")}
        for call in calls:
            given = {one.arg for one in call.keywords} | {*call.args}
            if chain(call)[1:] == ["save"] and chain(call)[0] in changed - made - chosen and not given - {"using"}:
                yield scope.module.find("QRY004", call)


def makes_new(node: ast.AST) -> bool:
    """Return whether `node` assigns an object that nobody else can have changed."""
    names = chain(node.value) if isinstance(node, ast.Assign) else [""]
    return names[-1][:1].isupper() or bool({"save", "create", "model", "form"} & set(names))


def for_each_row(project: Project) -> Iterator[Finding]:
    """Find fields of serializers and schemas, and columns of the admin, that send a statement for their row."""
    for scope in project.scopes.values():
        name, owner = scope.function.name, scope.owner
        arguments = [argument.arg for argument in scope.function.args.args if argument.arg not in {"self", "cls"}]
        columns = attribute(owner, "list_display") if owner else None
        is_column = columns and f"'{name}'" in ast.unparse(columns)
        is_field = owner and "Serializer" in " ".join(map(ast.unparse, owner.bases)) and name.startswith("get_")
        is_resolver = name.startswith("resolve_") and ["staticmethod"] in map(chain, scope.function.decorator_list)
        if is_column or is_resolver or (is_field and len(arguments) == 1):
            for node in scope.nodes:
                names = chain(node) if isinstance(node, ast.Call) else []
                related = names[:1] == arguments[:1] and len(names) > 2 and names[-1] in FRESH
                if related or (MANAGERS & set(names[1:]) and names[-1] in EVALUATING | LAZY):
                    yield scope.module.find("QRY005", node)
                    break


CHECKS = [in_loops, unbounded, lengths, saves, for_each_row]
