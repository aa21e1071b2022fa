"""Queries: in loops, without bounds, for their length; and saves of whole rows."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import EVALUATING, LAZY, MANAGERS, Project, Scope, assignments, below, chain, is_lazy, keyword

MODEL = re.compile(r"\w*Model|Abstract(Base)?User")
# What cannot be done for many rows at once, or is for many.
UPSERTS = {"get_or_create", "update_or_create", "bulk_create", "bulk_update", "set"}
UPSERTS |= {f"a{name}" for name in UPSERTS}
# Loops over a few things: batches of rows, numbers, fixed choices.
FEW = {"range", "batched", "chunked", "chunks", "batches", "in_batches", "choices", "settings"}
# Where a `while` loop takes the next thing from.
DRAWN = {"pop", "popleft", "next", "get", "get_nowait", "readline", "fetchone"}
# What reads all rows of a QuerySet.
READERS = {"list", "tuple", "set", "sorted", "dict", "JsonResponse", "serialize"}
# What passes its keyword arguments to a template.
CONTEXTS = {"get_context_data", "update", "dict"}
# What returns an object that nobody else can have changed: a class, a manager, a form.
NEW_OBJECT = re.compile(r"^cls$|\b([A-Z]\w*$|(save|a?create|model|form)\b)")
# Methods in which an object is new, or a form or serializer decides what changes.
NEW = {"save_model", "save_formset", "perform_create", "create", "save", "form_valid"}


def in_loops(scope: Scope) -> Iterator[ast.AST]:
    """Find statements that run once for each pass of a loop, the last of each line."""
    for loop in scope.nodes if "/management/commands/" not in scope.module.path else ():
        head = getattr(loop, "generators", [loop])[0]
        source = getattr(head, "iter", loop.test if isinstance(loop, ast.While) else None)
        targets = [head.target] if hasattr(head, "iter") else []
        if isinstance(loop, ast.While):
            targets = [target for target, value in assignments(below(loop)) if chain(value)[-1] in DRAWN]
            targets += [node.target for node in below(loop) if isinstance(node, ast.AugAssign)]
        constant = isinstance(source, ast.Name | ast.Attribute) and chain(source)[-1][:1].isupper()
        few = constant or isinstance(source, ast.Tuple | ast.List | ast.Set | ast.Dict) or FEW & {*chain(source)}
        if source and targets and not few:
            rows = {node.id for node in below(*targets) if isinstance(node, ast.Name)}
            keys = unloaded_keys(scope, source)
            blocks = [block for node in below(loop) if isinstance(block := getattr(node, "body", None), list)]
            ending = [block for block in blocks if isinstance(block[-1], ast.Return | ast.Break | ast.Raise)]
            once = {*below(source, *(statement for block in ending for statement in block))}
            found = [node for node in below(loop) if node not in once and is_query(node, scope, rows, keys)]
            if isinstance(loop, ast.While):  # only what is about the thing that each pass takes
                found = [node for node in found if rows & {getattr(one, "id", "") for one in below(node)}]
            yield from {node.lineno: node for node in found if isinstance(node, ast.expr)}.values()


def unloaded_keys(scope: Scope, rows: ast.expr) -> set[str]:
    """Return the foreign keys that a QuerySet does not load with its rows, and "*" for what leads to many objects."""
    (names, *others) = scope.names(rows)
    model, methods, _ = scope.query(names)
    plain = not others and {*methods[:1]} and {*methods} <= LAZY - {"select_related", "prefetch_related"} | {"[]"}
    return {"*", *scope.project.keys.get(model, ())} if plain else set()


def is_query(node: ast.AST, scope: Scope, rows: set[str], keys: set[str]) -> bool:
    """Return whether `node` sends a statement; `rows` stand for one row after the other, without what `keys` lead to."""
    first, *names = chain(node)
    if isinstance(node, ast.Attribute):
        return first in rows and len(names) == 2 and names[0] in keys and names[1] not in {"pk", "id"}
    if not isinstance(node, ast.Call):
        return False
    if names[-1:] in (["save"], ["asave"]) and not node.args and isinstance(node.func, ast.Attribute):
        classes = [scope.project.classes.get(".".join(one)) for one in scope.names(node.func.value)]
        made = any(map(MODEL.fullmatch, [base for one in classes if one for base in scope.project.bases(*one)]))
        return made or (first in rows and len(names) == 1 and "form" not in first)
    found = first in rows and (names == ["refresh_from_db"] or (names == ["delete"] and bool(keys)))
    read = is_read(node, scope) or is_counted(node, scope)
    sends = []  # of each thing that it may stand for, as far as that is known
    for _, methods, own in [scope.query(found) for found in scope.names(node) if found[0] != "?"]:
        sent = {*methods[-1:]} & (EVALUATING - UPSERTS) and is_lazy(methods[:-1], own=own)
        if sent and node.args and methods[-1] == "get":  # or a dictionary's
            sent = own and {*methods[:-1]} <= LAZY
        loaded = not own and methods == ["all"] and not (first in rows and "*" in keys)  # by prefetch_related, maybe
        sends.append(sent or (methods and read and is_lazy(methods, own=own) and not loaded))
    return found or first.endswith("_or_404") or (bool(sends) and all(sends))


def for_each_row(scope: Scope) -> Iterator[ast.AST]:
    """Find the first statement of a field of serializers and schemas, or column of the admin, for its row."""
    source = ast.unparse(scope.owner) if scope.owner else ""
    named = scope.name.startswith(("get_", "to_representation")) or f"method_name='{scope.name}'" in source
    of_serializer = "Serializer" in scope.bases and len(scope.parameters) == 2 and named
    of_schema = "Schema" in scope.bases and scope.name.startswith("resolve_")
    if of_serializer or of_schema or re.search(rf"list_display = .*'{scope.name}'", source):
        rows = {*scope.parameters}
        found = [one for one in scope.calls if is_query(one, scope, rows, set()) or MANAGERS & {*chain(one)[1:]}]
        yield from found[:1]


def unbounded(scope: Scope) -> Iterator[ast.AST]:
    """Find every row of a model in a view, also where another function returns them."""
    source = ast.unparse(scope.function).lower() if scope.is_view else "paginate"
    for node in () if "paginat" in source or "get_page" in source else scope.nodes:
        if isinstance(node, ast.expr) and is_read(node, scope, shown=True) and is_whole_table(node, scope):
            yield node


def is_read(node: ast.expr, scope: Scope, *, shown: bool = False) -> bool:
    """Return whether all of `node` is iterated over, or `shown` by a view that renders or returns it."""
    parent = scope.module.parents[node]
    if isinstance(parent, ast.Call):
        return node in parent.args and bool(chain(parent)[-1] in READERS or keyword(parent, "many"))
    if shown and isinstance(parent, ast.keyword):
        return chain(scope.module.parents[parent])[-1] in CONTEXTS
    if shown and isinstance(parent, ast.Assign):
        return node is parent.value and isinstance(parent.targets[0], ast.Subscript)
    read = isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension | ast.Starred)
    return read or (shown and isinstance(parent, ast.Return | ast.Dict))


def is_whole_table(node: ast.expr, scope: Scope) -> bool:
    """Return whether `node` is a QuerySet of every row of a model."""
    for _, methods, own in map(scope.query, scope.names(node)):
        grouped = {"values", "values_list"} & {*methods} and {"annotate", "distinct"} & {*methods}
        if grouped or not own or not {*methods} <= LAZY - {"filter", "exclude", "none", "iterator"}:
            return False
    return True


def lengths(scope: Scope) -> Iterator[ast.AST]:
    """Find QuerySets that are evaluated for their length or truth, or for one row, and for nothing else."""
    names = [node for node in scope.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for node in scope.nodes:
        found = [*map(scope.query, scope.names(node))] if is_counted(node, scope) else []
        if found and all(methods and is_lazy(methods, own=own) for _, methods, own in found):
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
    if isinstance(parent, ast.BoolOp) and node is not parent.values[-1]:
        last = parent.values[-1]  # of `and`, or as in: rows or []
        return isinstance(parent.op, ast.And) or not getattr(last, "elts", getattr(last, "value", [last]))
    if isinstance(parent, ast.UnaryOp | ast.BoolOp) or chain(parent) in (["list"], ["tuple"], ["set"]):
        return is_counted(parent, scope)
    return isinstance(parent, ast.Call) and chain(parent) in (["len"], ["bool"], ["any"])


def saves(scope: Scope) -> Iterator[ast.AST]:
    """Find objects that are read, changed and saved whole."""
    if "/management/commands/" in scope.module.path or (scope.owner and scope.name in NEW):
        return
    assigned = [one for one in scope.nodes if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)]
    changed = {ast.unparse(one.value) for one in assigned}
    changed |= {ast.unparse(call.args[0]) for call in scope.calls if chain(call) == ["setattr"]}
    made = {
        name for name, values in scope.values.items() for value in values if NEW_OBJECT.search(".".join(chain(value)))
    }
    made |= {ast.unparse(one.value) for one in assigned if one.attr in {"pk", "id"}}  # a copy
    made |= {chain(node)[0] for node in scope.nodes if isinstance(node, ast.Attribute) and node.attr == "_state"}
    made |= {"self"} if "Model" not in scope.bases or "Form" in scope.bases else set()
    for call in scope.calls:
        *receiver, method = chain(call)
        given = {one.arg for one in call.keywords} | {*call.args}
        if method in {"save", "asave"} and "session" not in receiver and not given - {"using", "force_update"}:
            target = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
            yield from [call] if target in changed - made else []


def lists(project: Project) -> Iterator[Finding]:
    """Find list views without pages."""
    for full, (module, view) in project.classes.items():
        bases = project.bases(module, view)
        pages = project.member(project.attributes, f"{full}.paginate_by")
        closed = "pagination_class = None" in ast.unparse(view) and re.search("List|ModelViewSet", str(bases))
        method = project.member(project.scopes, f"{full}.get_queryset")
        rows = project.member(project.attributes, f"{full}.queryset") or []
        rows = [(method, value) for value in method.returned] if method else rows
        whole = (rows or not method) and all(is_whole_table(value, scope) for scope, value in rows)
        if whole and (closed or ("ListView" in bases and not pages)):
            yield module.find("QRY002", rows[0][1] if method else view)


OF_FUNCTIONS = {"QRY001": in_loops, "QRY002": unbounded, "QRY003": lengths, "QRY004": saves, "QRY005": for_each_row}


def queries(project: Project) -> Iterator[Finding]:
    """Find what the rules above find in functions, and list views without pages."""
    for scope in project.scopes.values():
        for rule, check in OF_FUNCTIONS.items():
            yield from (scope.module.find(rule, node) for node in check(scope))
    yield from lists(project)
