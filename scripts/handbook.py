"""Build the handbook; scripts/handbook calls this.

The pages in docs/ are copied, what they leave to be generated is filled in, and Sphinx makes a site of them. A mark such
as ``<!-- generated: settings -->`` stands for what the function of that name in ``PARTS`` returns; it is made from
projects that are generated on the spot, so it is what the template does now.
"""

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import configurator
from examples import generate
from sizes import size_table
from snapshot import ROOT, snapshot

DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/org/django-expert/blob/main"
SKELETON = "<<cookiecutter.project_slug>>"
MARK = re.compile(r"^<!-- generated: ([\w-]+)(?: (\S+))? -->$", re.MULTILINE)
LINK = re.compile(r"(\[(?:[^]\[]|\[[^]]*\])+\])\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)")
# Every option on: its pages and variables are all there are.
EVERYTHING = ["api=drf+ninja", "auth=session+jwt+oauth2", "deploy=kubernetes"]

PROJECT = "These pages are in a project with every option on. With fewer options there are fewer, and they say less."


@dataclass
class Bakes:
    """Projects generated from the template as it is on the disk, each once."""

    folder: Path

    def __post_init__(self) -> None:
        """Copy the template."""
        snapshot(self.folder / "template")

    def __call__(self, *answers: str) -> Path:
        """Return the project with ``answers``."""
        folder = self.folder / ("-".join(answers) or "defaults")
        if not folder.exists():
            generate(self.folder / "template", folder, "my_project", *answers)
        return folder / "my_project"


def files_of(project: Path) -> dict[str, str]:
    """Return the content of every file of ``project`` by its path; that of a binary one is empty."""
    found = {}
    for path in sorted(project.rglob("*")):
        if path.is_file():
            try:
                found[path.relative_to(project).as_posix()] = path.read_text("utf-8")
            except UnicodeDecodeError:
                found[path.relative_to(project).as_posix()] = ""
    return found


def tree(signs: dict[str, str], lines: dict[str, int]) -> Iterable[str]:
    """Yield the lines of a tree of the files in ``signs``, each with its sign and its number of lines."""
    shown: set[str] = set()
    for path, sign in sorted(signs.items()):
        *folders, name = path.split("/")
        for depth in range(len(folders)):
            folder = "/".join(folders[: depth + 1])
            if folder not in shown:
                shown.add(folder)
                yield f"  {'  ' * depth}{folders[depth]}/"
        yield f"{sign} {'  ' * len(folders)}{name} ({lines[path]} lines)"


def option(bakes: Bakes, name: str) -> str:
    """Return what each answer to the question ``name`` changes, beside the default answers."""
    default, *others = configurator.options()[name]
    before = files_of(bakes())
    parts = []
    for value in others:
        after = files_of(bakes(f"{name}={value}"))
        changed = [path for path in before.keys() & after.keys() if before[path] != after[path]]
        signs = (
            dict.fromkeys(after.keys() - before.keys(), "+")
            | dict.fromkeys(before.keys() - after.keys(), "-")
            | dict.fromkeys(changed, "~")
        )
        lines = {path: len({**before, **after}[path].splitlines()) for path in signs}
        added, removed = (sum(found == sign for found in signs.values()) for sign in "+-")
        difference = difference_of(bakes(), bakes(f"{name}={value}"), changed)
        parts += [
            f"**`{name}={value}`** instead of `{default}`: {added} files added, {removed} removed, {len(changed)} changed.",
            "",
            *folded("The files: added (+), removed (-) and changed (~)", "text", "\n".join(tree(signs, lines))),
            *(folded("The difference in the files that change", "diff", difference) if difference else []),
        ]
    return "\n".join(parts)


def folded(title: str, language: str, text: str) -> list[str]:
    """Return the lines of a block of code that readers unfold."""
    fence = "`" * max(3, *(len(found) + 1 for found in re.findall("`{3,}", text)), 3)
    return [f"<details><summary>{title}</summary>", "", f"{fence}{language}", text, fence, "", "</details>", ""]


def difference_of(before: Path, after: Path, paths: Iterable[str]) -> str:
    """Return the difference between two projects in the files at ``paths``."""
    found = []
    for path in sorted(paths):
        command = [
            "git",
            "diff",
            "--no-index",
            "--no-color",
            "--no-prefix",
            "-U1",
            str(before / path),
            str(after / path),
        ]
        printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        found.append(f"--- {path}\n" + printed.split("\n", 4)[4].rstrip())
    return "\n".join(found)


def settings(bakes: Bakes, _: str) -> str:
    """Return a table of every environment variable, from .env.example."""
    parts: list[str] = []
    comment: list[str] = []
    for line in (bakes(*EVERYTHING) / ".env.example").read_text("utf-8").splitlines()[3:]:
        if heading := re.fullmatch("## (.+)", line):
            title, _separator, rest = heading[1].partition(":")
            parts += ["", f"### {title.split('.')[0]}", "", *([rest.strip().capitalize(), ""] if rest else [])]
            comment = []
        elif variable := re.fullmatch("(?:# )?([A-Z][A-Z0-9_]*)=(.*)", line):
            if not parts or not parts[-1].startswith("|"):
                parts += ["", "| variable | default or example | meaning |", "|---|---|---|"]
            value = f"`{variable[2]}`" if variable[2] else ""
            parts.append(f"| `{variable[1]}` | {value} | {' '.join(comment).replace('|', chr(92) + '|')} |")
            comment = []
        elif line.startswith("# "):
            comment.append(line.removeprefix("# "))
        else:
            comment = []
    return "\n".join(parts)


def errors(bakes: Bakes, _: str) -> str:
    """Return tables of the error codes: those of each status, and those that services raise."""
    project = bakes(*EVERYTHING)
    constants = {}
    for node in ast.parse((project / "apps/api/errors.py").read_text("utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id in {"BY_STATUS", "STATUS_BY_CODE"}:
                constants[target.id] = ast.literal_eval(node.value)
    lines = ["| status | code | text |", "|---|---|---|"]
    lines += [f"| {status} | `{code}` | {text} |" for status, (code, text) in constants["BY_STATUS"].items()]
    lines += ["", "| code | status | raised in | text |", "|---|---|---|---|"]
    found = set()
    for path in sorted((project / "apps").rglob("*.py")):
        module = ast.parse(path.read_text("utf-8"))
        for call in ast.walk(module):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "DomainError":
                code, text = [*(text_of(argument, module) for argument in call.args), "", ""][:2]
                if code:
                    found.add((code, constants["STATUS_BY_CODE"].get(code, 400), path.relative_to(project), text))
    lines += [f"| `{code}` | {status} | `{path}` | {text} |" for code, status, path, text in sorted(found)]
    return "\n".join(lines)


def text_of(node: ast.AST, module: ast.Module) -> str:
    """Return the text of a string, or of the variable of ``module`` that holds it, with "…" for what is filled in."""
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.JoinedStr():
            return "".join(text_of(part, module) for part in node.values)
        case ast.FormattedValue():
            return "…"
        case ast.Name():
            for other in ast.walk(module):
                if isinstance(other, ast.Assign) and [ast.unparse(target) for target in other.targets] == [node.id]:
                    return text_of(other.value, module)
    return ""


def recipes(bakes: Bakes, _: str) -> str:
    """Return a table of the justfile's recipes."""
    lines = ["| command | what it does |", "|---|---|"]
    comment = ""
    for line in (bakes(*EVERYTHING) / "justfile").read_text("utf-8").splitlines():
        if found := re.match(r"([a-z][\w-]*)[^:=]*:(?!=)", line):
            if comment:
                lines.append(f"| `just {found[1]}` | {comment} |")
            comment = ""
        else:
            comment = line.removeprefix("# ") if line.startswith("# ") else ""
    return "\n".join(lines)


def rules(bakes: Bakes, _: str) -> str:
    """Return a table of the audit's rules, which are sections of a page of the project."""
    page = (bakes(*EVERYTHING) / "docs" / "audit.md").read_text("utf-8")
    lines = ["| rule | finds | what to do, and why |", "|---|---|---|"]
    for rule, title, advice in re.findall(r"^### (\w{3}\d{3}) (.+)\n\n((?:.+\n)+)", page, re.MULTILINE):
        anchor = re.sub(r"[^\w-]", "", f"{rule} {title}".lower().replace(" ", "-"))
        lines.append(f"| [{rule}](project/audit.md#{anchor}) | {title} | {' '.join(advice.split())} |")
    return "\n".join(lines)


def sizes(bakes: Bakes, _: str) -> str:
    """Return a table of how much code a few variants hand over."""
    return size_table(bakes)


def pages(_: Bakes, __: str) -> str:
    """Return the table of contents that the site's navigation is made of."""
    names = ["getting-started", "gallery", "configurator", "options", "how-to", "updating", "reference", "choices"]
    names += ["performance", "security", "project/README", "maintaining"]
    return "\n".join(["```{toctree}", ":hidden:", "", *names, "```"])


PARTS: dict[str, Callable[[Bakes, str], str]] = {
    "option": option,
    "settings": settings,
    "errors": errors,
    "recipes": recipes,
    "rules": rules,
    "sizes": sizes,
    "pages": pages,
}


def linked(text: str, page: Path, source: Path) -> str:
    """Return ``text`` of the page ``page`` with links that work on the site.

    What is not on the site is linked to in the repository, and a page of the skeleton to the one that is generated.
    """

    def replaced(match: re.Match[str]) -> str:
        label, target, anchor = match[1], unquote(match[2]), match[3] or ""
        if (page.parent / target).exists():
            return match[0]
        outside = (DOCS / page.relative_to(source).parent / target).resolve()
        if outside.is_relative_to(ROOT / SKELETON / "docs"):
            return f"{label}(project/{outside.name}{anchor})"
        if page.is_relative_to(source / "project"):
            return label[1:-1]  # a file of the generated project
        return f"{label}({REPOSITORY}/{quote(outside.relative_to(ROOT).as_posix())})"

    return LINK.sub(replaced, text)


def prepare(source: Path, bakes: Bakes) -> None:
    """Fill the empty folder ``source`` with what Sphinx reads."""
    shutil.copytree(DOCS, source, dirs_exist_ok=True)
    project = bakes(*EVERYTHING)
    shutil.copy(project / "static" / "favicon.svg", source / "_static")
    (source / "project").mkdir()
    for page in sorted((project / "docs").glob("*.md")):
        shutil.copy(page, source / "project")
    names = sorted(page.stem for page in (source / "project").glob("*.md") if page.stem != "README")
    toctree = "\n".join(["```{toctree}", ":hidden:", "", *names, "```"])
    index = (
        (project / "docs" / "README.md")
        .read_text("utf-8")
        .replace("# Documentation", "# A project's own pages\n\n" + PROJECT)
    )
    (source / "project" / "README.md").write_text(f"{index}\n{toctree}\n", "utf-8")
    for page in sorted(source.rglob("*.md")):
        text = linked(page.read_text("utf-8"), page, source)
        page.write_text(MARK.sub(lambda mark: PARTS[mark[1]](bakes, mark[2] or ""), text), "utf-8")
    data = json.dumps(configurator.data(), separators=(",", ":"))
    (source / "_static" / "configurator-data.js").write_text(f"window.TEMPLATE={data};\n", "utf-8")


def sphinx(source: Path, output: Path) -> int:
    """Make a site of the pages in ``source`` and return the exit status. A warning is an error."""
    options = ["--quiet", "--fail-on-warning", "--keep-going", "--builder", "html", "--doctree-dir", f"{source}.trees"]
    return subprocess.run([sys.executable, "-m", "sphinx", *options, source, output], check=False).returncode


def build(output: Path) -> None:
    """Write the site into ``output``, in the place of what is there."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepare(folder / "source", Bakes(folder / "bakes"))
        shutil.rmtree(output, ignore_errors=True)
        if status := sphinx(folder / "source", output):
            sys.exit(status)


def main() -> None:
    """Build, and say where."""
    parser = argparse.ArgumentParser(prog="scripts/handbook", description="Build the handbook.")
    parser.add_argument("--output", type=Path, default=ROOT / ".cache" / "handbook" / "site", metavar="FOLDER")
    output = parser.parse_args().output.resolve()
    build(output)
    sys.stdout.write(f"{output / 'index.html'}\n")


if __name__ == "__main__":
    main()
