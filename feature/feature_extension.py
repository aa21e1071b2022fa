"""What the generator of features knows of the project that it runs in, and the rules for its answers.

The skeleton of the files is in `<<cookiecutter.app>>/`. It is generated into a folder of its own; the last hook moves the
files to their places and registers the app, or leaves the project as it was.
"""

import ast
import builtins
import hashlib
import json
import keyword
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from cookiecutter.prompt import read_user_variable
from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

sys.path.append(str(Path(__file__).resolve().parent.parent))  # the template of projects, which has the same manners

from answer_rules import Refused, somebody_is_asked

FOLDER = "<<cookiecutter.app>>"
LINE_LENGTH = 120
LONGEST = 30  # of a name: Django allows 30 characters for an index
# Each relation costs a query at creation, and a request has five (QUERY_BUDGET), with authentication.
MAX_RELATIONS = 2
MARK = "# Yours below"
COMMAND = click.get_current_context(silent=True)
# Where the generator was started, or `--output-dir`; Cookiecutter goes elsewhere to render files.
WORK_FOLDER = Path((COMMAND and COMMAND.params.get("output_dir")) or ".").resolve()

# By the name of a type: the model field, the same as a migration writes it, and two example values as Python writes them.
KINDS = {
    "str": ("CharField(max_length=200)", "", '"One"', '"Two"'),
    "text": ("TextField(max_length=2000)", "", '"One line."', '"Another line."'),
    "int": ("IntegerField()", "", "1", "2"),
    "money": (
        "DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))])",
        (
            "DecimalField(decimal_places=2, max_digits=10, "
            "validators=[django.core.validators.MinValueValidator(Decimal('0'))])"
        ),
        '"12.50"',
        '"20.00"',
    ),
    "bool": ("BooleanField(default=False)", "", "False", "True"),
    "date": ("DateField()", "", '"2026-11-22"', '"2026-11-23"'),
    "datetime": ("DateTimeField()", "", '"2026-11-22T08:00:00Z"', '"2026-11-23T08:00:00Z"'),
    "email": ("EmailField()", "EmailField(max_length=254)", '"one@example.com"', '"two@example.com"'),
    "url": ("URLField()", "", '"https://example.com/one"', '"https://example.com/two"'),
}
FACTORIES = {
    "str": 'factory.Sequence(lambda n: f"{label} {{n}}")',
    "text": 'factory.Sequence(lambda n: f"{label} {{n}}.")',
    "int": "factory.Sequence(int)",
    "money": 'Decimal("12.50")',
    "bool": "False",
    "date": "dt.date(2026, 11, 22)",
    "datetime": "dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)",
    "email": 'factory.Sequence(lambda n: f"{name}{{n}}@example.com")',
    "url": 'factory.Sequence(lambda n: f"https://example.com/{{n}}")',
}

# By its plural, a model that no rule finds.
IRREGULAR = {
    "children": "child",
    "cookies": "cookie",
    "media": "media_item",
    "movies": "movie",
    "news": "news_item",
    "people": "person",
    "quizzes": "quiz",
}
# Names that Django, pydantic, factory-boy, a serializer or the written code needs for something else.
RESERVED = json.loads(Path(__file__).with_name("reserved.json").read_text("utf-8"))
RESERVED_PATHS = {"docs", "schema", "users"}


@dataclass(frozen=True)
class Field:
    """A field of the new model; `target` is the other model of a relation."""

    name: str
    kind: str
    target: "Target | None" = None
    related_name: str = ""

    @property
    def label(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ")

    @property
    def declaration(self) -> str:
        """The field of the model."""
        return f"models.{KINDS[self.kind][0]}"

    @property
    def migrated(self) -> str:
        """The field in a migration."""
        return f"models.{KINDS[self.kind][1] or KINDS[self.kind][0]}"

    @property
    def example(self) -> str:
        """A value in JSON, written in Python."""
        return KINDS[self.kind][2]

    @property
    def other_example(self) -> str:
        """Another value."""
        return KINDS[self.kind][3]

    @property
    def factory(self) -> str:
        """The declaration in a factory."""
        return FACTORIES[self.kind].format(label=self.label.capitalize(), name=self.name)

    @property
    def filters(self) -> list[str]:
        """The query parameters by which a list is filtered."""
        if self.kind in {"date", "datetime"}:
            return [f"{self.name}_after", f"{self.name}_before"]
        return [self.name] if self.target or self.kind == "bool" else []


@dataclass(frozen=True)
class Target:
    """A model that a relation leads to."""

    app: str
    model: str
    is_owned: bool  # each object belongs to a user
    has_search: bool  # its admin can be searched
    migration: str  # the last one of its app


class Project:
    """The project that the generator runs in."""

    def __init__(self, folder: Path) -> None:
        """Read the project in `folder`."""
        self.folder = folder

    @cached_property
    def api(self) -> str:
        """The answer to the question for the framework; empty outside of a project."""
        table = re.search(r"^\[tool\.django-expert\]\n((?:(?!\[).*\n?)*)", self.read("pyproject.toml"), re.MULTILINE)
        answer = re.search(r'^api = "(drf|ninja|drf\+ninja)"', table[1], re.MULTILINE) if table else None
        return answer[1] if answer else ""

    def read(self, path: str) -> str:
        """Return the text of a file; nothing if there is none."""
        file = self.folder / path
        return file.read_text("utf-8") if file.is_file() else ""

    @cached_property
    def models(self) -> dict[str, str]:
        """The text of each app's models."""
        return {path.parent.name: path.read_text("utf-8") for path in sorted(self.folder.glob("apps/*/models.py"))}

    @cached_property
    def labels(self) -> set[str]:
        """The names of all apps, the libraries' among them, and of the packages that they are in."""
        settings = "".join(self.read(f"config/settings/{name}.py") for name in ("base", "local", "test"))
        installed = re.findall(r"^INSTALLED_APPS = \[.*?\]$", settings, re.MULTILINE | re.DOTALL)
        return {part for name in re.findall(r'"([\w.]+)"', "".join(installed)) for part in name.split(".")}

    @cached_property
    def paths(self) -> set[str]:
        """The first parts of the API's paths."""
        routes = "".join(path.read_text("utf-8") for path in self.folder.glob("apps/*/api/routes.py"))
        urls = "".join(path.read_text("utf-8") for path in self.folder.glob("apps/*/api/urls.py"))
        registered = re.findall(r'\.register\(\s*"([\w-]+)', self.read("config/api_drf.py") + urls)
        return {*registered, *re.findall(r'@router\.\w+\(\s*"([\w-]+)/', routes)} | RESERVED_PATHS

    def is_there(self, path: str) -> bool:
        """Return whether there is a module or a folder with files at `path`, but for what Python compiled."""
        found = [file for file in (self.folder / path).rglob("*") if file.is_file() and file.suffix != ".pyc"]
        return bool(found) or (self.folder / f"{path}.py").exists()

    def target(self, app: str, model: str) -> "Target | str":
        """Return a model that a relation may lead to, or what is wrong with it."""
        source = next((node for node in classes(self.models.get(app, "")) if node.name == model), None)
        if source is None:
            return f"{app}.{model} is no model in apps/{app}/models.py"
        if f"class {model}Factory(" not in self.read(f"tests/{app}/factories.py"):
            return f"tests/{app}/factories.py has no {model}Factory, which the tests would need"
        owned = "owner" in names_in(source) and "def for_user(" in self.models[app]
        admin = self.read(f"apps/{app}/admin.py")
        searched = re.search(rf"register\({model}\)\nclass \w+.*?:\n(?:(?!@admin).*\n)*? +search_fields = ", admin)
        migration = self.read(f"apps/{app}/migrations/max_migration.txt").strip()
        if not migration:
            numbered = sorted(path.stem for path in self.folder.glob(f"apps/{app}/migrations/[0-9]*.py"))
            migration = numbered[-1] if numbered else ""
        return Target(app, model, owned, bool(searched), migration) if migration else f"apps/{app} has no migration yet"

    def references(self, app: str, model: str) -> int:
        """Return how many foreign keys lead to a model."""
        key = rf'(?:ForeignKey|OneToOneField)\(\s*"?(?:{app}\.)?{model}\b'
        return len(re.findall(key, "".join(self.models.values())))

    @cached_property
    def query_budget(self) -> int:
        """How many queries a request may run."""
        setting = re.search(r"^QUERY_BUDGET = (\d+)", self.read("config/settings/base.py"), re.MULTILINE)
        return int(setting[1]) if setting else sys.maxsize

    def names_of(self, target: Target) -> set[str]:
        """Return the names that the attributes of a model have already."""
        reverse = re.findall(r'related_name="(\w+)"', "".join(self.models.values()))
        nodes = [node for node in classes(self.models[target.app]) if node.name == target.model]
        return {*reverse, *(name for node in nodes for name in names_in(node))}


def classes(source: str) -> Iterator[ast.ClassDef]:
    """Yield the classes of a module."""
    return (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))


def names_in(node: ast.ClassDef) -> Iterator[str]:
    """Yield what a class defines."""
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id
        elif isinstance(statement, ast.FunctionDef):
            yield statement.name


class Feature:
    """The new feature, for the skeleton of its files."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        """Take the `answers`, which are checked."""
        self.project = project()
        self.app, self.model, self.plural = (str(answers[question]) for question in ("app", "model", "plural"))
        self.fields = parse(str(answers["fields"]), self)

    @property
    def api(self) -> str:
        """The project's API frameworks."""
        return self.project.api

    @property
    def name(self) -> str:
        """The model's name as a variable."""
        return snake(self.model)

    @property
    def words(self) -> str:
        """The model's name in words."""
        return self.name.replace("_", " ")

    @property
    def a_name(self) -> str:
        """The same with its article."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.words}"

    @property
    def plural_words(self) -> str:
        """Its plural in words."""
        return self.plural.replace("_", " ")

    @property
    def path(self) -> str:
        """The path of its list."""
        return self.plural.replace("_", "-")

    @property
    def relations(self) -> list[tuple[Field, Target]]:
        """The fields that are relations."""
        return [(field, field.target) for field in self.fields if field.target]

    @property
    def plain(self) -> list[Field]:
        """The other fields."""
        return [field for field in self.fields if not field.target]

    @property
    def indexes(self) -> list[tuple[list[str], str]]:
        """The columns and the name of each index, one for each ordering and filter of a list."""
        newest = ["-created_at", "-id"]
        keys = ["owner", *(field.name for field, _ in self.relations)]
        dates = [field.name for field in self.of("date", "datetime")]
        return [
            (newest, short(f"{self.name}_newest")),
            *(([key, *newest], short(f"{self.name}_by_{key}")) for key in keys),
            *(([day], short(f"{self.name}_by_{day}")) for day in dates),
        ]

    @property
    def title(self) -> Field | None:
        """The field that the object is shown by."""
        return next((field for field in self.plain if field.kind in {"str", "email", "url"}), None)

    def of(self, *kinds: str) -> list[Field]:
        """Return the fields of some kinds."""
        return [field for field in self.plain if field.kind in kinds]

    @property
    def leftovers(self) -> list[str]:
        """The written files that this project or this name does without."""
        drf = ["filters", "serializers", "urls", "views"] if "drf" not in self.api else []
        ninja = ["routes", "schemas"] if "ninja" not in self.api else []
        config = [] if "_" in self.app else [f"apps/{self.app}/apps.py"]
        return [*config, *(f"apps/{self.app}/api/{module}.py" for module in [*drf, *ninja])]

    @property
    def edits(self) -> list[dict[str, str]]:
        """The lines to add to files of the project, and where they belong, for a program and for people."""
        lines = [
            ("config/settings/base.py", "INSTALLED_APPS = [", f'"apps.{self.app}",', "at the end of INSTALLED_APPS"),
            ("pyproject.toml", '    "demo",', f'"{self.app}",', 'below "demo" in the layers of import-linter'),
        ]
        if "drf" in self.api:
            urls = f'path("", include("apps.{self.app}.api.urls")),'
            lines.append(("config/api_drf.py", "urlpatterns = [", urls, "at the end of urlpatterns"))
        if "ninja" in self.api:
            router = f'api.add_router("", "apps.{self.app}.api.routes.router")'
            lines.append(("config/api_ninja.py", "api = API(", router, "below the other routers"))
        return [dict(zip(("path", "after", "line", "where"), line, strict=True), mark=MARK) for line in lines]

    @property
    def notes(self) -> list[str]:
        """What else there is to do for the new relations."""
        found = []
        for (app, model), new in Counter((target.app, target.model) for _, target in self.relations).items():
            tables = self.project.references(app, model) + new
            queries = tables + 3  # to authenticate, to lock and to delete
            deletes = f"def delete_{snake(model)}(" in self.project.read(f"apps/{app}/services.py")
            if deletes and queries > self.project.query_budget:
                found.append(
                    f"Deleting {app}.{model} now looks for {tables} relations, a query for each: "
                    f"set QUERY_BUDGET = {queries} in config/settings/base.py."
                )
        return found

    @property
    def touched(self) -> list[str]:
        """What git is told to take away again."""
        return [f"apps/{self.app}", f"tests/{self.app}", *(edit["path"] for edit in self.edits)]


def project() -> Project:
    """Return the project that the generator runs in."""
    return Project(WORK_FOLDER)


def snake(model: str) -> str:
    """Return LineItem as line_item."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", model).lower()


def parse(fields: str, feature: Feature) -> list[Field]:
    """Return the fields of a specification that is checked."""
    pairs = [part.split(":") for part in fields.split()]
    targets = Counter(kind for _, kind in pairs)
    found = []
    for name, kind in pairs:
        target = feature.project.target(*kind.split(".")) if "." in kind else None
        related = f"{name}_{feature.plural}" if targets[kind] > 1 else feature.plural
        found.append(Field(name, kind, target, related) if isinstance(target, Target) else Field(name, kind))
    return found


class FeatureExtension(Extension):
    """The filters that cookiecutter.json, the hooks and the files use."""

    def __init__(self, environment: Environment) -> None:
        """Register the filters."""
        super().__init__(environment)
        environment.filters |= {
            "checked": checked,
            "accepted": accepted,
            "as_model": as_model,
            "as_plural": as_plural,
            "feature": Feature,
            "fitted": fitted,
            "imported": imported,
            "short": short,
        }

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        """Return what is rendered for `source`.

        The folder's name is rendered first: by then every answer is checked. Marks become tags, after which Jinja leaves
        blank lines alone.
        """
        if source == FOLDER:
            return "<<cookiecutter|accepted>>"
        return re.sub("^# % (.*)$", r"<% \1 %>", source, flags=re.MULTILINE)


@pass_context
def checked(context: Context, answer: str, question: str) -> str:
    """Ask a person again until `answer` to `question` is a good one; anything else gets one line and the end."""
    answers = context["cookiecutter"]
    while problem := refusal(question, {**answers, question: answer}):
        if not somebody_is_asked():
            raise Refused(problem)
        click.echo(problem)
        answers[question] = answer = read_user_variable(question, ...)  # Enter would repeat a default
    return ""


def accepted(answers: Mapping[str, Any]) -> str:
    """Return the name of the folder to generate into, if all `answers` are good."""
    for question in ("app", "model", "plural", "fields"):
        if problem := refusal(question, answers):
            raise Refused(problem)
    folder = f".feature-{answers['app']}"
    shutil.rmtree(WORK_FOLDER / folder, ignore_errors=True)  # what an interrupted run left
    return folder


def refusal(question: str, answers: Mapping[str, Any]) -> str:
    """Return what is wrong with the answer to `question` in one line; nothing if it is good."""
    if not project().api:
        return (
            "There is no project here: run this in the folder whose pyproject.toml has [tool.django-expert] with `api`."
        )
    answer = str(answers[question])
    rules = {"app": app_rules, "model": model_rules, "plural": plural_rules, "fields": fields_rules}
    for broken, rule in rules[question](answer, answers):
        if broken:
            line = f"{question} = {answer[:80]!r} is refused: {rule}."
            encoding = sys.stdout.encoding or "ascii"  # a terminal may not know every letter
            return line.encode(encoding, "backslashreplace").decode(encoding)
    return ""


def app_rules(app: str, answers: Mapping[str, Any]) -> Iterator[tuple[object, str]]:  # noqa: ARG001 - as the others
    """Yield every rule for the name of the app: whether it is broken, and how that reads."""
    yield from name_rules(app)
    there = project()
    for path in (f"apps/{app}", f"tests/{app}"):
        yield there.is_there(path), f"{path} is there already"
    yield app in there.labels, "an installed app has that name"


def model_rules(model: str, answers: Mapping[str, Any]) -> Iterator[tuple[object, str]]:
    """Yield every rule for the name of the model."""
    yield not re.fullmatch("([A-Z][a-z]+)+", model), "it must be words of letters a-z in CamelCase, such as LineItem"
    yield len(model) > LONGEST, f"it must not be longer than {LONGEST} characters"
    taken = {*dir(builtins), *RESERVED["models"]}
    yield model in taken, "the code needs that name for something else"
    yield re.match("Test(?![a-z])", model), "pytest would take it for a test"
    yield from variable_rules(snake(model), answers)
    for app, source in project().models.items():
        yield re.search(rf"^class {model}\b", source, re.MULTILINE), f"apps/{app}/models.py has a model of that name"


def plural_rules(plural: str, answers: Mapping[str, Any]) -> Iterator[tuple[object, str]]:
    """Yield every rule for the plural of the model."""
    yield from name_rules(plural)
    yield from variable_rules(plural, answers)
    yield plural == snake(str(answers["model"])), "it must differ from the model's own name"
    yield plural.replace("_", "-") in project().paths, "the API has a path of that name"
    users = Target("accounts", "User", is_owned=False, has_search=True, migration="")
    taken = project().names_of(users) | {
        "groups",
        "logentry",
        "password",
        "user_permissions",
        "last_login",
        "is_superuser",
    }
    yield plural in taken, "a user, or another model, has an attribute of that name"


def fields_rules(fields: str, answers: Mapping[str, Any]) -> Iterator[tuple[object, str]]:
    """Yield every rule for the fields."""
    there, plural, own = project(), str(answers["plural"]), snake(str(answers["model"]))
    pairs = [part.partition(":")[::2] for part in fields.split()]
    yield not pairs, "name at least one field, such as number:str"
    targets: list[str] = []
    for name, kind in pairs:
        known = kind in KINDS or "." in kind
        kinds = f"{', '.join(KINDS)} or a model such as orders.Customer"
        yield not known, f"the type of {name!r} must be {kinds}, not {kind!r}"
        yield from ((broken, f"field {name!r}: {rule}") for broken, rule in name_rules(name))
        reserved = {*RESERVED["fields"], plural, f"{own}_id"}
        yield (
            name in reserved,
            f"field {name!r}: Django, the API or the written code needs that name for something else",
        )
        yield name == "format" and (kind == "bool" or "." in kind), "field 'format': a list has that parameter already"
        if "." in kind:
            yield name in RESERVED["relations"], f"field {name!r}: a serializer has an attribute of that name"
            yield name in dir(builtins), f"field {name!r}: a relation must not have the name of a Python builtin"
            yield kind.count(".") != 1, f"{kind} must be the name of an app and of a model, such as orders.Customer"
            yield kind == "accounts.User", "its user is the owner, which it has already"
            target = there.target(*kind.split("."))
            yield isinstance(target, str), str(target)
            targets.append(kind)
            if isinstance(target, Target):
                taken = plural in there.names_of(target)
                yield taken, f"{kind} or another model has an attribute {plural}, by which it would know the new ones"
    names = [name for name, _ in pairs]
    columns = [f"{name}_id" for name, kind in pairs if "." in kind]
    filters = [parameter for name, kind in pairs for parameter in Field(name, kind).filters if parameter != name]
    for name in repeated([*names, *columns, *filters]):
        yield True, f"{name} is there twice, as a field, a column or a filter"
    yield len(targets) == len(pairs), "name at least one field that is no relation"
    yield (
        len(targets) > MAX_RELATIONS,
        f"it must not have more than {MAX_RELATIONS} relations, each of which costs a query",
    )


def name_rules(name: str) -> Iterator[tuple[object, str]]:
    """Yield the rules for every name in lower case."""
    spelled = re.fullmatch("[a-z](_?[a-z0-9])*", name)
    yield not spelled, "a name must be lower-case a-z, 0-9 and single _, beginning with a letter"
    yield len(name) > LONGEST, f"a name must not be longer than {LONGEST} characters"
    yield keyword.iskeyword(name), "a name must not be a Python keyword"


def variable_rules(name: str, answers: Mapping[str, Any]) -> Iterator[tuple[object, str]]:  # noqa: ARG001 - as the others
    """Yield the rules for what becomes the name of a variable."""
    taken = keyword.iskeyword(name) or name in RESERVED["variables"] or name in dir(builtins)
    yield taken, f"the code needs the name {name} for something else"


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def as_model(app: str) -> str:
    """Return the model that an app is probably about."""
    endings = {"ies$": "y", "(ss|ias|[bnrt]us|x|[tnr]ch|sh)es$": r"\1", "(?<![sui])s$": ""}
    regular = next((re.sub(plural, one, app) for plural, one in endings.items() if re.search(plural, app)), app)
    singular = IRREGULAR.get(app, regular)
    return "".join(part.capitalize() for part in singular.split("_"))


def as_plural(model: str) -> str:
    """Return the probable plural of a model's name."""
    name = snake(model)
    if irregular := {one: plural for plural, one in IRREGULAR.items()}.get(name):
        return irregular
    if re.search("[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return name + ("es" if re.search("(s|x|z|ch|sh)$", name) else "s")


def short(name: str, longest: int = LONGEST) -> str:
    """Return `name`, or a part of it and a digest if it is too long for a database."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 5]}_{hashlib.sha256(name.encode()).hexdigest()[:4]}"


def fitted(line: str) -> str:
    """Return a line with brackets as ruff formats it: on one line if it fits, else one part on each."""
    if len(line) <= LINE_LENGTH:
        return line
    indent = " " * (len(line) - len(line.lstrip()))
    start = next(index for index, character in enumerate(line) if character in "([{")
    depth, parts, begin = 0, [], start + 1
    for index, character in enumerate(line):
        depth += (character in "([{") - (character in ")]}")
        if (depth == 1 and character == "," and index > start) or (depth == 0 and index > start):
            parts.append(line[begin:index].strip())
            begin = index + 1
        if depth == 0 and index > start:
            break
    end = line[index:]
    together = f"{indent}    {', '.join(parts)}"
    if line[start] == "(" and len(together) <= LINE_LENGTH:
        body = together
    else:
        body = "\n".join(f"{indent}    {part}," for part in parts)
    return f"{line[: start + 1]}\n{body}\n{indent}{end}"


def imported(names: Iterable[str]) -> str:
    """Return import statements for names such as `apps.errors.NotFound`, as ruff sorts them."""
    modules: dict[str, set[str]] = {}
    for path in names:
        module, _, name = path.rpartition(".")
        modules.setdefault(module, set()).add(name)
    statements = []
    for module in sorted(modules, key=natural):
        line = f"from {module} import {', '.join(sorted(modules[module], key=lambda name: (name.islower(), natural(name))))}"
        if len(line) > LINE_LENGTH:
            head, _, tail = line.partition(" import ")
            line = f"{head} import (\n" + "".join(f"    {name},\n" for name in tail.split(", ")) + ")"
        statements.append(line)
    return "\n".join(statements)


def natural(name: str) -> list[tuple[int, int]]:
    """Return a key by which names sort as ruff sorts them: numbers by their value."""
    parts = re.findall(r"\d+|\D", name.lower())
    return [(ord("0"), int(part)) if part.isdigit() else (ord(part), 0) for part in parts]
