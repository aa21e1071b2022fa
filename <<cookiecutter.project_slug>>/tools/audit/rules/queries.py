"""Queries: in loops, without bounds, for their length; and saves of whole rows."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import (
    EVALUATING,
    LAZY,
    MANAGERS,
    RELATED,
    Project,
    Scope,
    assignments,
    below,
    chain,
    is_queryset,
    keyword,
)

LOOPS = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
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


def in_loops(scope: Scope) -> Iterator[ast.AST]:
    """Find statements that run once for each pass of a loop, the last of each line."""
    for loop in scope.nodes if "/management/commands/" not in scope.module.path else ():
        if isinstance(loop, LOOPS):
            head = loop if isinstance(loop, ast.For | ast.AsyncFor) else loop.generators[0]
            fixed = isinstance(head.iter, ast.Tuple | ast.List | ast.Set | ast.Dict)
            constant = isinstance(head.iter, ast.Name | ast.Attribute) and chain(head.iter)[-1][:1].isupper()
            few = fixed or constant or FEW & {*chain(head.iter)}
            rows = {node.id for node in below(head.target) if isinstance(node, ast.Name)}
            keys = unloaded_keys(scope, head.iter)
            once = {*below(head.iter, *endings(loop))}
            nodes = [] if few else [node for node in below(loop) if isinstance(node, ast.expr) and node not in once]
            yield from {node.lineno: node for node in nodes if is_query(node, scope, rows, keys)}.values()


def endings(loop: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements of the blocks that end a loop."""
    for node in below(loop):
        block = getattr(node, "body", None)
        if isinstance(block, list) and isinstance(block[-1], ast.Return | ast.Break | ast.Raise):
            yield from block


def unloaded_keys(scope: Scope, rows: ast.expr) -> set[str]:
    """Return the foreign keys that a QuerySet does not load with its rows, as far as its methods are Django's."""
    model, methods = manager(scope.values_of(rows)[0])
    plain = methods <= LAZY - {"select_related", "prefetch_related"} | {"iterator", "[]"}
    return {*scope.project.keys.get(model, ())} if plain else set()


def manager(node: ast.expr) -> tuple[str, set[str]]:
    """Return the model with whose manager `node` begins, and the methods called on it."""
    names = chain(node)
    start = next((names.index(name) for name in names if name in MANAGERS), 0)
    return (names[start - 1], {*names[start + 1 :]}) if start else ("", set())


def is_query(node: ast.expr, scope: Scope, rows: set[str], keys: set[str]) -> bool:
    """Return whether `node` sends a statement; `rows` stand for one row after the other, without what `keys` lead to."""
    names = chain(node)
    if isinstance(node, ast.Attribute):
        return len(names) == 3 and names[0] in rows and names[1] in keys and names[2] not in {"pk", "id"}
    if not isinstance(node, ast.Call):
        return False
    if names[1:] in (["save"], ["asave"]):
        return names[0] in rows and not node.args
    if names[-1] == "get" and node.args and not MANAGERS & {*names}:
        return False  # a dictionary's
    if names[0] in rows and len(names) > 2 and names[-1] in FRESH and (names[-1] in RELATED or not node.args):
        return True
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else node
    fetches = names[-1] in EVALUATING - UPSERTS and is_queryset(receiver, scope.querysets)
    iterated = is_read_whole(node, scope) or is_counted(node, scope)
    return fetches or names[-1] in SHORTCUTS or (iterated and bool(MANAGERS & {*names}) and is_queryset(node, set()))


def for_each_row(scope: Scope) -> Iterator[ast.AST]:
    """Find the first statement of a field of serializers and schemas, or column of the admin, for its row."""
    name, owner = scope.function.name, scope.owner
    arguments = {argument.arg for argument in scope.function.args.args}
    source = ast.unparse(owner) if owner else ""
    named = name.startswith(("get_", "to_representation")) or f"method_name='{name}'" in source
    if (
        re.search(rf"list_display = .*'{name}'", source)
        or ("Serializer" in scope.bases and len(arguments) == 2 and named)
        or ("Schema" in scope.bases and name.startswith("resolve_"))
    ):
        for call in scope.calls:
            if MANAGERS & {*chain(call)[1:]} or is_query(call, scope, arguments, set()):
                yield call
                return


def unbounded(scope: Scope) -> Iterator[ast.AST]:
    """Find every row of a model in a view, also where another function returns them."""
    source = ast.unparse(scope.function).lower() if is_view(scope) else "paginate"
    for node in () if "paginat" in source or "get_page" in source else scope.nodes:
        if (
            isinstance(node, ast.expr)
            and is_read_whole(node, scope)
            and all(map(is_whole_table, scope.values_of(node)))
        ):
            yield node


def is_read_whole(node: ast.expr, scope: Scope) -> bool:
    """Return whether all of `node` is iterated over, rendered or returned."""
    parent = scope.module.parents[node]
    if isinstance(parent, ast.Call):
        return node in parent.args and bool(chain(parent)[-1] in READERS or keyword(parent, "many"))
    if isinstance(parent, ast.Assign):
        return node is parent.value and isinstance(parent.targets[0], ast.Subscript)
    return isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension | ast.Return | ast.Dict | ast.Starred)


def is_view(scope: Scope) -> bool:
    """Return whether a function answers requests."""
    arguments = [argument.arg for argument in scope.function.args.args]
    if scope.owner:
        reads = scope.function.name in {"get", "list", "get_context_data"} or arguments[1:2] == ["request"]
        return ("View" in scope.bases or "Viewset" in scope.bases) and reads
    return arguments[:1] == ["request"]


def is_whole_table(node: ast.expr) -> bool:
    """Return whether `node` is a QuerySet of every row of a model."""
    _, methods = manager(node)
    return bool(methods) and methods <= LAZY - {"filter", "exclude"}


def lengths(scope: Scope) -> Iterator[ast.AST]:
    """Find QuerySets that are evaluated for their length or truth, or for one row, and for nothing else."""
    names = [node for node in scope.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for node in scope.nodes:
        if isinstance(node, ast.expr) and is_queryset(node, scope.querysets) and is_counted(node, scope):
            same = [one for one in names if isinstance(node, ast.Name) and one.id == node.id]
            if all(is_counted(one, scope) or isinstance(scope.module.parents[one], ast.Attribute) for one in same):
                yield node


def is_counted(node: ast.AST, scope: Scope) -> bool:
    """Return whether nothing is used of `node` but its length, its truth or one row."""
    parent = scope.module.parents[node]
    if isinstance(parent, ast.If | ast.IfExp | ast.While | ast.Assert):
        return parent.test is node
    if isinstance(parent, ast.Subscript):
        return chain(node) in (["list"], ["tuple"]) and not isinstance(parent.slice, ast.Slice)
    if isinstance(parent, ast.UnaryOp | ast.BoolOp) or chain(parent) in (["list"], ["tuple"]):
        return is_counted(parent, scope)
    return isinstance(parent, ast.Call) and chain(parent) in (["len"], ["bool"])


def saves(scope: Scope) -> Iterator[ast.AST]:
    """Find objects that are read, changed and saved whole."""
    if "/management/commands/" in scope.module.path or (scope.owner and scope.function.name in NEW):
        return
    assigned = [target for target, _ in assignments(scope.nodes) if isinstance(target, ast.Attribute)]
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
                yield call


def makes_new(value: ast.expr) -> bool:
    """Return whether `value` is an object that nobody else can have changed."""
    return chain(value)[-1][:1].isupper() or bool({"save", "create", "acreate", "model", "form"} & {*chain(value)})


OF_FUNCTIONS = {"QRY001": in_loops, "QRY002": unbounded, "QRY003": lengths, "QRY004": saves, "QRY005": for_each_row}


def queries(project: Project) -> Iterator[Finding]:
    """Find what the rules above find in functions, and list views without pages."""
    for scope in project.scopes.values():
        for rule, check in OF_FUNCTIONS.items():
            yield from (scope.module.find(rule, node) for node in check(scope))
    for module, view in project.classes.values():
        if "ListView" in [chain(base)[-1] for base in view.bases]:
            source = " ".join(map(ast.unparse, project.family(module, view)))
            if not re.search("paginate_by|def get_queryset", source):
                yield module.find("QRY002", view)
