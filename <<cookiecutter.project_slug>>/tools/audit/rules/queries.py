"""Queries: in loops, without bounds, for their length, of built SQL; and saves of whole rows."""

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
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404"}
# What cannot be done for many rows at once.
UPSERTS = {"get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"}
# What sends a statement for a related manager, and is not a method of dictionaries as well.
FRESH = RELATED | {"count", "exists", "first", "last", "latest", "earliest", "aggregate", "create", "values_list"}
# Loops over a few things: batches of rows, numbers, fixed choices.
FEW = {"range", "batched", "chunked", "chunks", "batches", "in_batches", "choices", "settings"}
# What reads all rows of a QuerySet.
READERS = {"list", "tuple", "set", "sorted", "dict", "JsonResponse", "serialize"}
# Methods in which an object is new, or a form or serializer decides what changes.
NEW = {"save_model", "save_formset", "perform_create", "create", "save", "form_valid"}


def in_loops(project: Project) -> Iterator[Finding]:
    """Find statements that run once for each pass of a loop."""
    for scope in project.scopes.values():
        for loop in scope.nodes if "/management/commands/" not in scope.module.path else ():
            if not isinstance(loop, (ast.For, ast.AsyncFor, *COMPREHENSIONS)):
                continue
            head = loop if isinstance(loop, ast.For | ast.AsyncFor) else loop.generators[0]
            fixed = isinstance(head.iter, ast.Tuple | ast.List | ast.Set | ast.Dict)
            constant = isinstance(head.iter, ast.Name | ast.Attribute) and chain(head.iter)[-1][:1].isupper()
            if not (fixed or constant or FEW & set(chain(head.iter))):
                rows = {node.id for node in below(head.target) if isinstance(node, ast.Name)}
                once = set(below(head.iter))
                nodes = [node for node in below(loop) if isinstance(node, ast.expr) and node not in once]
                keys = unloaded_keys(project, scope, head.iter)
                queries = [node for node in nodes if is_query(node, scope, rows) or follows(node, rows, keys)]
                each = {node.lineno: node for node in queries if not runs_once(node, loop, scope.module.parents)}
                yield from (scope.module.find("QRY001", node) for node in each.values())


def runs_once(node: ast.AST, loop: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Return whether a block around `node` ends the loop."""
    while node is not loop:
        block = getattr(parents[node], "body", [])
        if isinstance(block, list) and node in block and isinstance(block[-1], ast.Return | ast.Break | ast.Raise):
            return True
        node = parents[node]
    return False


def unloaded_keys(project: Project, scope: Scope, rows: ast.expr) -> set[str]:
    """Return the foreign keys that a QuerySet does not load with its rows, as far as its methods are Django's."""
    names = chain((scope.values.get(ast.unparse(rows)) or [rows])[0])
    start = next((names.index(name) for name in names if name in MANAGERS), 0)
    plain = start > 0 and set(names[start + 1 :]) <= LAZY - {"select_related", "prefetch_related"} | {"iterator", "[]"}
    return set(project.keys.get(names[start - 1], ())) if plain else set()


def follows(node: ast.expr, rows: set[str], keys: set[str]) -> bool:
    """Return whether `node` reads more than the key of a row that one of `rows` has a foreign key to."""
    names = chain(node) if isinstance(node, ast.Attribute) else []
    return len(names) == 3 and names[0] in rows and names[1] in keys and names[2] not in {"pk", "id"}


def is_query(call: ast.AST, scope: Scope, rows: set[str]) -> bool:
    """Return whether `call` sends a statement; `rows` are the variables that stand for one row after the other."""
    if not isinstance(call, ast.Call):
        return False
    names, parent = chain(call), scope.module.parents[call]
    if names[1:] in (["save"], ["asave"]):
        return names[0] in rows and not call.args
    if names[-1] == "get" and call.args and not MANAGERS & set(names):
        return False  # a dictionary's
    if names[0] in rows and len(names) > 2 and names[-1] in FRESH and (names[-1] in RELATED or not call.args):
        return True
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call
    fetches = names[-1] in EVALUATING - UPSERTS and is_queryset(receiver, scope.querysets)
    iterated = isinstance(parent, (ast.For, ast.comprehension)) or set(chain(parent)) <= READERS | {"len", "bool"}
    return fetches or names[-1] in SHORTCUTS or (iterated and bool(MANAGERS & set(names)) and is_queryset(call, set()))


def for_each_row(project: Project) -> Iterator[Finding]:
    """Find fields of serializers and schemas, and columns of the admin, that send a statement for their row."""
    for scope in project.scopes.values():
        name, owner = scope.function.name, scope.owner
        arguments = {argument.arg for argument in scope.function.args.args}
        columns = attribute(owner, "list_display")
        named = owner and (name.startswith("get_") or f"method_name='{name}'" in ast.unparse(owner))
        if (
            (columns and f"'{name}'" in ast.unparse(columns))
            or ("Serializer" in scope.bases and len(arguments) == 2 and (named or name == "to_representation"))
            or ("Schema" in scope.bases and name.startswith("resolve_"))
        ):
            queries = [
                call for call in scope.calls if is_query(call, scope, arguments) or MANAGERS & set(chain(call)[1:])
            ]
            yield from (scope.module.find("QRY005", call) for call in queries[:1])


def unbounded(project: Project) -> Iterator[Finding]:
    """Find views that read every row of a model, themselves or by a function that returns them."""
    for scope in project.scopes.values():
        source = ast.unparse(scope.function).lower() if is_view(scope) else "paginate"
        for node in () if "paginat" in source or "get_page" in source else scope.nodes:
            if isinstance(node, ast.expr) and is_read_whole(node, scope):
                called = project.callee(scope, node)
                returned = [one.value for one in called.nodes if isinstance(one, ast.Return)] if called else []
                assigned = scope.values.get(node.id, []) if isinstance(node, ast.Name) else []
                whole = any(is_whole_table(value) for value in [node, *returned] if value)
                if whole or (assigned and all(map(is_whole_table, assigned))):
                    yield scope.module.find("QRY002", node)
    for module, view in project.classes.values():
        bounded = any(attribute(one, "paginate_by") for one in project.family(module, view))
        own = any(getattr(node, "name", "") in {"get_queryset", "get_paginate_by"} for node in view.body)
        if "ListView" in (chain(base)[-1] for base in view.bases) and not (bounded or own):
            yield module.find("QRY002", view, f"`{view.name}` without paginate_by")


def is_read_whole(node: ast.expr, scope: Scope) -> bool:
    """Return whether all of `node` is iterated over, rendered or returned."""
    parent = scope.module.parents[node]
    if isinstance(parent, ast.Call):
        return node in parent.args and bool(chain(parent)[-1] in READERS or keyword(parent, "many"))
    if isinstance(parent, ast.Assign):
        return isinstance(parent.targets[0], ast.Subscript)
    return isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension | ast.Return | ast.Dict | ast.Starred)


def is_view(scope: Scope) -> bool:
    """Return whether a function answers requests."""
    arguments = [argument.arg for argument in scope.function.args.args]
    if scope.owner:
        reads = scope.function.name in {"get", "list", "get_context_data"} or arguments[1:2] == ["request"]
        return ("View" in scope.bases or "Viewset" in scope.bases) and reads
    return arguments[:1] == ["request"]


def is_whole_table(node: ast.AST) -> bool:
    """Return whether `node` is a QuerySet of every row of a model."""
    names = chain(node)
    start = next((names.index(name) for name in names if name in MANAGERS), 0)
    return start > 0 and len(names) > start + 1 and set(names[start + 1 :]) <= LAZY - {"filter", "exclude"}


def lengths(project: Project) -> Iterator[Finding]:
    """Find QuerySets that are evaluated for their length or truth, or for one row, and for nothing else."""
    for scope in project.scopes.values():
        for node in scope.nodes:
            tested: list[ast.expr] = []
            if isinstance(node, ast.Call) and chain(node) in (["len"], ["bool"]):
                tested = node.args
            elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
                tested = [node.value]
            elif isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
                test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
                tested = test.values if isinstance(test, ast.BoolOp) else [test]
            for one in tested:
                listed = isinstance(one, ast.Call) and chain(one) in (["list"], ["tuple"]) and one.args
                if listed or not isinstance(node, ast.Subscript):
                    rows = one.args[0] if listed else one  # type: ignore[attr-defined]
                    if is_queryset(rows, scope.querysets) and not is_read(rows, scope):
                        yield scope.module.find("QRY003", one)


def is_read(rows: ast.expr, scope: Scope) -> bool:
    """Return whether the rows of the variable `rows` are used too, so that loading them is right."""
    for node in scope.nodes if isinstance(rows, ast.Name) else ():
        if isinstance(node, ast.Name) and node.id == chain(rows)[0] and isinstance(node.ctx, ast.Load):
            parent = scope.module.parents[node]
            counted = isinstance(parent, ast.Call) and chain(parent) in (["len"], ["bool"])
            if node is not rows and not (counted or isinstance(parent, ast.Attribute | ast.UnaryOp)):
                return True
    return False


def saves(project: Project) -> Iterator[Finding]:
    """Find objects that are read, changed and saved whole."""
    for scope in project.scopes.values():
        if "/management/commands/" in scope.module.path or (scope.owner and scope.function.name in NEW):
            continue
        assigned = [target for node in scope.nodes for target in targets(node) if isinstance(target, ast.Attribute)]
        changed = {ast.unparse(one.value) for one in assigned}
        changed |= {ast.unparse(call.args[0]) for call in scope.calls if chain(call) == ["setattr"]}
        made = {name for name, values in scope.values.items() if any(map(makes_new, values))}
        made |= {ast.unparse(one.value) for one in assigned if one.attr in {"pk", "id"}}  # a copy
        made |= {chain(node)[0] for node in scope.nodes if isinstance(node, ast.Attribute) and node.attr == "_state"}
        made |= {"self"} if "Model" not in scope.bases or "Form" in scope.bases else set()
        for call in scope.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in {"save", "asave"}:
                given = {one.arg for one in call.keywords} | {*call.args}
                if ast.unparse(call.func.value) in changed - made and not given - {"using"}:
                    yield scope.module.find("QRY004", call)


def makes_new(value: ast.expr) -> bool:
    """Return whether `value` is an object that nobody else can have changed."""
    return chain(value)[-1][:1].isupper() or bool({"save", "create", "acreate", "model", "form"} & set(chain(value)))
