"""First-party source: functions, what names in them stand for, and which expressions are QuerySets."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.audit.findings import Finding

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SKIPPED = re.compile(
    r"(^|/)(\..*|tests?|testing|test_.*|conftest\.py|tests?\.py|node_modules|site-packages|venv|env|build|docs)(/|$)"
)
MANAGERS = {"objects", "_default_manager", "_base_manager"}
RELATED = {"filter", "exclude", "order_by", "select_related", "prefetch_related", "annotate", "distinct"}
LAZY = RELATED | {"all", "values", "values_list", "using", "reverse", "select_for_update", "alias", "only", "defer"}
LAZY |= {"union", "intersection", "difference", "none", "dates", "datetimes", "iterator", "extra"}
EVALUATING = {"get", "first", "last", "exists", "count", "create", "get_or_create", "update_or_create", "aggregate"}
EVALUATING |= {"latest", "earliest", "in_bulk", "bulk_create", "bulk_update", "update", "delete", "contains"}
EVALUATING |= {"add", "set", "remove", "clear"}
EVALUATING |= {f"a{name}" for name in EVALUATING}
QUERYSET = re.compile(r"queryset|get_queryset|\w*QuerySet")
OTHER = re.compile(r"\[\]|iterator|(a?create|a?get|add|is|has|make)_")  # no QuerySets, by their names
MOST = 8  # assignments and functions that are followed one after the other, and results of each


class Module:
    """A parsed file."""

    def __init__(self, root: Path, file: Path) -> None:
        self.path = file.relative_to(root).as_posix()
        self.name = self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.text = file.read_text("utf-8")
        self.tree = ast.parse(self.text)
        self.nodes = list(ast.walk(self.tree))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.names: dict[str, str] = {}  # what is defined or imported here
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.names.setdefault(node.name, f"{self.name}.{node.name}")
            elif isinstance(node, ast.Import):
                self.names |= {name.asname: name.name for name in node.names if name.asname}
            elif isinstance(node, ast.ImportFrom):
                package = self.name.split(".")[: -node.level] if node.level else []
                base = ".".join([*package, *([node.module] if node.module else [])])
                self.names |= {name.asname or name.name: f"{base}.{name.name}" for name in node.names}

    def full_name(self, node: ast.AST | None) -> str:
        """Return what a chain of names such as `mail.send_mail` stands for."""
        first, *rest = chain(node)
        return ".".join([self.names.get(first, first), *rest])

    def find(self, rule: str, node: ast.AST, detail: str = "") -> Finding:
        """Return a finding at the lines of `node`, of a definition its first."""
        line = getattr(node, "lineno", 1)
        name = getattr(node, "name", "")
        end = line if name else getattr(node, "end_lineno", line)
        detail = detail or f"`{name or ast.unparse(node)[:80]}`"
        return Finding(rule=rule, path=self.path, line=line, end=end, detail=detail)


type Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.Module
type Values = list[tuple["Scope", ast.expr]]  # expressions, with the scopes of their names


class Scope:
    """A function, and its class if it is a method; or what a module runs when it is imported."""

    def __init__(self, project: "Project", module: Module, function: Body, owner: ast.ClassDef | None = None) -> None:
        self.project, self.module, self.function, self.owner = project, module, function, owner
        self.name: str = getattr(function, "name", "")
        self.decorators: list[ast.expr] = getattr(function, "decorator_list", [])
        self.bases = " ".join(map(ast.unparse, owner.bases)) if owner else ""
        self.nodes = list(below(*function.body))
        self.calls = [node for node in self.nodes if isinstance(node, ast.Call)]
        self.returned = [node.value for node in self.nodes if isinstance(node, ast.Return) and node.value]
        given = function.args.args + function.args.kwonlyargs if not isinstance(function, ast.Module) else []
        self.parameters = {one.arg: one.annotation for one in given}
        self.values = defaultdict(list)  # of each variable or attribute; of a module, not those of its classes
        for target, value in assignments(function.body if isinstance(function, ast.Module) else self.nodes):
            self.values[".".join(chain(target))].append(value)
        self._known: dict[tuple[ast.AST, frozenset[ast.AST]], list[list[str]]] = {}

    @property
    def is_view(self) -> bool:
        """Whether it answers requests."""
        arguments = [*self.parameters]
        if not self.owner:
            return arguments[:1] == ["request"]
        reads = self.name in {"get", "list", "get_context_data"} or arguments[1:2] == ["request"]
        return reads and bool(re.search("View|Controller", self.bases))

    def held(self, node: ast.AST, seen: frozenset[ast.AST] = frozenset()) -> Values:
        """Return what a variable, attribute or constant may hold, but not what is `seen`."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return []
        found: Values = []
        key = ".".join(chain(node))
        before, _, name = key.rpartition(".")
        place, _, constant = self.module.full_name(node).rpartition(".")
        scope = self.project.scopes.get(place or self.module.name)
        if key in self.values:
            values = self.values[key]
            inside = [index for index, value in enumerate(values) if value in seen]  # as in: rows = rows.filter()
            found = [(self, value) for value in (values[: inside[0]][-1:] if inside else values)]
        if not found and (annotation := self.parameters.get(key)):
            found = [(self, annotation.value if isinstance(annotation, ast.Subscript) else annotation)]
        elif not found and before in {"self", "cls"} and self.owner:
            full = f"{self.module.name}.{self.owner.name}.{name}"
            found = self.project.member(self.project.attributes, full) or []
        elif not found and key not in self.parameters and scope and isinstance(scope.function, ast.Module):
            found = [(scope, value) for value in scope.values.get(constant, [])]
        return [(scope, value) for scope, value in found if value not in seen]

    def names(self, node: ast.AST, seen: frozenset[ast.AST] = frozenset()) -> list[list[str]]:
        """Return the chains of names that `node` may stand for, variables and first-party functions followed.

        With `rows = newest()` and `return Article.objects.all()` there, `rows.filter()` is
        `articles.models.Article.objects.all.filter`.
        """
        if (node, seen) not in self._known:
            self._known[node, seen] = self._names(node, seen)[:MOST]
        return self._known[node, seen]

    def _names(self, node: ast.AST, seen: frozenset[ast.AST]) -> list[list[str]]:
        parts: Values = self.held(node, seen) if len(seen) < MOST else []
        if parts:
            return [names for scope, value in parts for names in scope.names(value, seen | {value})]
        if isinstance(node, ast.Name):
            own = self.owner and node.id in {"self", "cls"}
            return [
                [*self.module.name.split("."), self.owner.name]
                if self.owner and own
                else self.module.full_name(node).split(".")
            ]
        if isinstance(node, ast.Attribute | ast.Subscript):
            return [[*names, *chain(node)[-1:]] for names in self.names(node.value, seen)]
        if isinstance(node, ast.Call):  # what is called, or what it returns
            called = self.callee(node, seen)
            values = [value for value in called.returned if value not in seen] if called and len(seen) < MOST else []
            found = [names for value in values for names in called.names(value, seen | {value})] if called else []
            return found or self.names(node.func, seen)
        return self.names(node.value, seen) if isinstance(node, ast.Await | ast.NamedExpr | ast.Starred) else [["?"]]

    def callee(self, call: ast.Call, seen: frozenset[ast.AST] = frozenset()) -> "Scope | None":
        """Return the first-party function that is called, if names tell."""
        return next(filter(None, map(self.project.function, self.names(call.func, seen))), None)

    def query(self, names: list[str]) -> tuple[str, list[str], bool]:
        """Return the model of a manager or QuerySet, the methods called on it, and whether those are the model's own.

        What a related manager is of stands for its model. Without a manager, there are no methods.
        """
        managers = MANAGERS | self.project.managers
        for index in range(len(names) - 1, -1, -1):
            name, after = names[index], names[index + 1 :]
            related = (name in self.project.related or name.endswith("_set")) and {*after[:1]} & (LAZY | EVALUATING)
            if QUERYSET.fullmatch(name) or (index and (related or name in managers)):
                return names[index - 1] if index else "", after or ["all"], name in managers
        return "", [], False


class Project:
    """Every module below a root but tests, migrations and what is in `without`; `unparsed` are no Python."""

    def __init__(self, root: Path, without: Path) -> None:
        self.modules: list[Module] = []
        self.unparsed: list[str] = []
        self.classes: dict[str, tuple[Module, ast.ClassDef]] = {}
        self.keys: dict[str, dict[str, str]] = {}  # of each class: its foreign keys, and to which model
        self.managers: set[str] = set()  # besides `objects`
        self.related = {"groups", "user_permissions"}  # managers of related objects
        self.scopes: dict[str, Scope] = {}
        self.attributes: dict[str, Values] = defaultdict(list)
        for file in sorted(root.rglob("*.py")):
            path = file.relative_to(root).as_posix()
            if not (SKIPPED.search(path) or without in file.parents):
                try:
                    module = Module(root, file)
                    self.modules += [module] if "(migrations.Migration)" not in module.text else []
                except (SyntaxError, UnicodeDecodeError, RecursionError) as error:
                    self.unparsed.append(f"{path}: {error}")
        for module in self.modules:
            self.scopes[module.name] = Scope(self, module, module.tree)
            for node in module.nodes:
                parent = module.parents.get(node)
                owner = parent if isinstance(parent, ast.ClassDef) else None
                place = f"{module.name}.{owner.name}" if owner else module.name
                if isinstance(node, ast.ClassDef):
                    self.classes[f"{module.name}.{node.name}"] = module, node
                    self.keys[node.name] = self._keys_of(node)
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    name = f"{place}.{node.name}"
                    scope = Scope(self, module, node, owner)
                    self.scopes[f"{name}:{node.lineno}" if name in self.scopes else name] = scope
                    for key in [key for key in scope.values if key.startswith("self.")]:
                        self.attributes[place + key[4:]] += [(scope, value) for value in scope.values[key]]
                for target, value in assignments([node] if owner else []):
                    self.attributes[f"{place}.{chain(target)[-1]}"].append((self.scopes[module.name], value))

    def _keys_of(self, model: ast.ClassDef) -> dict[str, str]:
        """Return the foreign keys that a class declares, with the model that each is to, and note its managers."""
        found: dict[str, str] = {}
        for target, value in assignments(model.body):
            name, kind = chain(target)[-1], chain(value)[-1]
            if isinstance(value, ast.Call) and kind in {"ForeignKey", "OneToOneField", "ManyToManyField"}:
                to = [*value.args, keyword(value, "to") or ast.Constant("")][0]
                found |= (
                    {name: ast.unparse(to).strip("'").removesuffix("()").rpartition(".")[2]} if kind[0] != "M" else {}
                )
                self.related |= {name} if kind[0] == "M" else set()
                self.related |= {str(getattr(keyword(value, "related_name"), "value", ""))} if kind[0] != "O" else set()
            elif re.search("[mM]anager$", kind):
                self.managers.add(name)
        return found

    def family(self, module: Module, node: ast.ClassDef) -> list[tuple[Module, ast.ClassDef]]:
        """Return a class and its first-party bases, with their modules."""
        found = [self.classes.get(module.full_name(base)) for base in node.bases]
        return [(module, node), *(one for base in found if base and base[1] is not node for one in self.family(*base))]

    def bases(self, module: Module, node: ast.ClassDef) -> list[str]:
        """Return the last names of the bases of a class and of its first-party bases."""
        return [chain(base)[-1] for _, one in self.family(module, node) for base in one.bases]

    def member[T](self, table: Mapping[str, T], full: str) -> T | None:
        """Return what `table` has for a member of a class, or of the nearest base with such a member."""
        place, _, name = full.rpartition(".")
        family = self.family(*self.classes[place]) if place in self.classes else []
        return next(filter(None, (table.get(f"{module.name}.{node.name}.{name}") for module, node in family)), None)

    def function(self, names: list[str]) -> Scope | None:
        """Return a function or method by its full name, also where it is imported again."""
        full = ".".join(names)
        place, _, name = full.rpartition(".")
        again = self.scopes[place].module.names.get(name, full) if place in self.scopes else full
        scope = self.scopes.get(again) or self.member(self.scopes, full)
        return scope if scope and scope.name else None


def chain(node: ast.AST | None) -> list[str]:
    """Return the names in `a.b(c).d[0]`: a, b, d and `[]`; "?" stands for a first part that is no name."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Call | ast.Await):
        return chain(node.func if isinstance(node, ast.Call) else node.value)
    if isinstance(node, ast.Attribute | ast.Subscript):
        return [*chain(node.value), node.attr if isinstance(node, ast.Attribute) else "[]"]
    return ["?"]


def is_lazy(methods: list[str], *, own: bool) -> bool:
    """Return whether methods of a QuerySet, or of a model's `own` manager, return a QuerySet."""
    return {*methods} <= LAZY or (own and not any(name in EVALUATING or OTHER.match(name) for name in methods))


def below(*roots: ast.AST) -> Iterator[ast.AST]:
    """Yield `roots` and the nodes below, without functions and lambdas defined there, which run later."""
    for root in roots:
        if not isinstance(root, DEFINITIONS):
            yield root
            yield from below(*ast.iter_child_nodes(root))


def keyword(call: ast.AST, name: str) -> ast.expr | None:
    """Return the value of a keyword argument."""
    return next((one.value for one in getattr(call, "keywords", []) if one.arg == name), None)


def assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what `nodes` assign to, or a `with` binds, each with the value."""
    for node in nodes:
        value = getattr(node, "value", getattr(node, "context_expr", None))
        target = getattr(node, "target", getattr(node, "optional_vars", None))
        for one in node.targets if isinstance(node, ast.Assign) else [target]:
            if one and value:
                yield one, value
