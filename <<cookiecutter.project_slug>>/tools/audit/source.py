"""First-party source: functions, what names in them stand for, and which expressions are QuerySets."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.audit.findings import Finding

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SKIPPED = re.compile(
    r"(^|/)(\..*|tests?|testing|test_.*|conftest\.py|tests?\.py|node_modules|site-packages|venv|env|build|docs)(/|$)"
)
MANAGERS = {"objects", "_default_manager", "_base_manager"}
RELATED = {"filter", "exclude", "order_by", "select_related", "prefetch_related", "annotate", "distinct"}
LAZY = RELATED | {"all", "values", "values_list", "using", "reverse", "select_for_update", "alias", "only", "defer"}
EVALUATING = {"get", "first", "last", "exists", "count", "create", "get_or_create", "update_or_create", "aggregate"}
EVALUATING |= {"latest", "earliest", "in_bulk", "bulk_create", "bulk_update", "update", "delete", "contains"}
EVALUATING |= {f"a{name}" for name in EVALUATING}


class Module:
    """A parsed file."""

    def __init__(self, root: Path, file: Path) -> None:
        self.path = file.relative_to(root).as_posix()
        self.name = self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.text = file.read_text("utf-8")
        self.nodes = list(ast.walk(ast.parse(self.text)))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.calls = [node for node in self.nodes if isinstance(node, ast.Call)]
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


@dataclass(frozen=True)
class Scope:
    """A function, and its class if it is a method."""

    project: "Project"
    module: Module
    function: ast.FunctionDef | ast.AsyncFunctionDef
    owner: ast.ClassDef | None

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """What runs when it is called."""
        return list(below(*self.function.body))

    @cached_property
    def calls(self) -> list[ast.Call]:
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @cached_property
    def values(self) -> dict[str, list[ast.expr]]:
        """What is assigned to each variable or attribute."""
        found = defaultdict(list)
        for target, value in assignments(self.nodes):
            found[ast.unparse(target)].append(value)
        return found

    @cached_property
    def querysets(self) -> set[str]:
        """The variables that are QuerySets, whatever is assigned to them."""
        arguments = [*self.function.args.args, *self.function.args.kwonlyargs]
        found = {one.arg for one in arguments if one.annotation and "QuerySet" in ast.unparse(one.annotation)}
        for name, values in self.values.items():
            found = found | {name} if all(is_queryset(value, found | {name}) for value in values) else found - {name}
        return found

    def callee(self, node: ast.AST) -> "Scope | None":
        """Return the first-party function that `node` calls, if its name tells."""
        full = self.module.full_name(node) if isinstance(node, ast.Call) else ""
        if self.owner and full.startswith("self."):
            full = full.replace("self", f"{self.module.name}.{self.owner.name}", 1)
        return self.project.scopes.get(full)

    def values_of(self, node: ast.expr) -> list[ast.expr]:
        """Return what `node` may stand for: what a first-party function returns, the values of a variable, or itself."""
        called = self.callee(node)
        returned = [one.value for one in called.nodes if isinstance(one, ast.Return) and one.value] if called else []
        return returned or self.values.get(ast.unparse(node)) or [node]

    @property
    def bases(self) -> str:
        """The bases of its class."""
        return " ".join(map(ast.unparse, self.owner.bases)) if self.owner else ""


class Project:
    """Every module below a root but tests, migrations and what is in `without`; `unparsed` are no Python."""

    def __init__(self, root: Path, without: Path) -> None:
        self.modules: list[Module] = []
        self.unparsed: list[str] = []
        self.classes: dict[str, tuple[Module, ast.ClassDef]] = {}
        self.keys: dict[str, dict[str, str]] = {}  # of each model: its foreign keys, and to which model
        self.scopes: dict[str, Scope] = {}
        for file in sorted(root.rglob("*.py")):
            path = file.relative_to(root).as_posix()
            if not (SKIPPED.search(path) or without in file.parents):
                try:
                    module = Module(root, file)
                    self.modules += [module] if "(migrations.Migration)" not in module.text else []
                except (SyntaxError, UnicodeDecodeError, RecursionError) as error:
                    self.unparsed.append(f"{path}: {error}")
        for module in self.modules:
            for node in module.nodes:
                parent = module.parents.get(node)
                if isinstance(node, ast.ClassDef):
                    self.classes[f"{module.name}.{node.name}"] = module, node
                    self.keys[node.name] = keys_of(node)
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    owner = parent if isinstance(parent, ast.ClassDef) else None
                    name = ".".join([module.name, *([owner.name] if owner else []), node.name])
                    key = f"{name}:{node.lineno}" if name in self.scopes else name
                    self.scopes[key] = Scope(self, module, node, owner)

    def family(self, module: Module, node: ast.ClassDef) -> list[ast.ClassDef]:
        """Return a class and its first-party bases."""
        found = [self.classes.get(module.full_name(base)) for base in node.bases]
        return [node, *(one for base in found if base and base[1] is not node for one in self.family(*base))]


def chain(node: ast.AST | None) -> list[str]:
    """Return the names in `a.b(c).d[0]`: a, b, d and `[]`; "?" stands for a first part that is no name."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Call | ast.Await):
        return chain(node.func if isinstance(node, ast.Call) else node.value)
    if isinstance(node, ast.Attribute | ast.Subscript):
        return [*chain(node.value), node.attr if isinstance(node, ast.Attribute) else "[]"]
    return ["?"]


def below(*roots: ast.AST) -> Iterator[ast.AST]:
    """Yield `roots` and the nodes below, without functions and lambdas defined there, which run later."""
    for root in roots:
        if not isinstance(root, DEFINITIONS):
            yield root
            yield from below(*ast.iter_child_nodes(root))


def is_queryset(node: ast.AST, variables: set[str]) -> bool:
    """Return whether `node` is a QuerySet that has not been evaluated; `variables` are names of such."""
    names = chain(node)
    if isinstance(node, ast.Name):
        return node.id in variables
    if not isinstance(node, ast.Call | ast.Attribute) or EVALUATING & set(names) or "[]" in names:
        return False
    if names[0] in variables or "get_queryset" in names or names[:2] == ["self", "queryset"]:
        return set(names[1:]) <= LAZY | {"get_queryset", "queryset"}
    related = isinstance(node, ast.Call) and len(names) > 2 and names[-1] in RELATED | {"all"}
    return related or bool(MANAGERS & set(names[1:]))


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


def keys_of(model: ast.ClassDef) -> dict[str, str]:
    """Return the foreign keys that the body of a class declares, with the model that each is to."""
    found: dict[str, str] = {}
    for target, value in assignments(model.body):
        if isinstance(value, ast.Call) and chain(value)[-1] in {"ForeignKey", "OneToOneField"}:
            to = value.args[0] if value.args else keyword(value, "to")
            found[chain(target)[-1]] = ast.unparse(to).strip("'").removesuffix("()").rpartition(".")[2] if to else ""
    return found
